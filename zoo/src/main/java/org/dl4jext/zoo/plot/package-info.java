/** Plots as PNG images, in colours that colour-blind readers can tell apart. */
package org.dl4jext.zoo.plot;
