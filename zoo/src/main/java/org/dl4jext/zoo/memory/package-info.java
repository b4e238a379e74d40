/** Associative recall with memory-caching networks. */
package org.dl4jext.zoo.memory;
