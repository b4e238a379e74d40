/** Models that answer one step at a time. */
package org.dl4jext.zoo.stream;
