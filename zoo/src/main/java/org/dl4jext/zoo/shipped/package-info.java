/** The models in the jar: how each is made, trained from a seed, and measured on fresh data. */
package org.dl4jext.zoo.shipped;
