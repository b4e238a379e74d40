package org.dl4jext.zoo.plot;

import java.util.List;
import org.knowm.xchart.CategoryChart;

/** A bar for each name. */
public final class BarPlot {

  private BarPlot() {}

  /**
   * Shares.
   *
   * @param names at least one
   * @param shares as many, in [0,1]
   */
  public static Plot shares(String title, String yTitle, List<String> names, List<Double> shares) {
    CategoryChart chart = Charts.overNames(title, "", yTitle, names, 380);
    chart.getStyler().setYAxisMin(0.0).setYAxisMax(1.0);
    chart.getStyler().setAvailableSpaceFill(0.5);
    chart.addSeries(yTitle, names, shares).setFillColor(Palette.FORECAST);
    return Plot.of(chart);
  }
}
