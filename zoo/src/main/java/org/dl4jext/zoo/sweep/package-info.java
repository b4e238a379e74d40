/** Hyperparameter sweeps over the tasks of the zoo: spaces, journal, report. */
package org.dl4jext.zoo.sweep;
