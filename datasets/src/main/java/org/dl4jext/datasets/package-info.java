/** Seeded synthetic sequence tasks and time series read from CSV files. */
package org.dl4jext.datasets;
