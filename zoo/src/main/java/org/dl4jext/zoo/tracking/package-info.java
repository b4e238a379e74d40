/** State tracking: tasks that show which recurrences can follow a state, and how far. */
package org.dl4jext.zoo.tracking;
