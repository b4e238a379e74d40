/** Forecasts of time series: from a table to a model, a backtest, intervals and a plot. */
package org.dl4jext.zoo.forecast;
