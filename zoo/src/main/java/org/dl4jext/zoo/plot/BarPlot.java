package org.dl4jext.zoo.plot;

import java.util.List;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;

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
    CategoryChart chart =
        new CategoryChartBuilder().width(1000).height(380).title(title).yAxisTitle(yTitle).build();
    Palette.apply(chart.getStyler());
    chart.getStyler().setYAxisMin(0.0).setYAxisMax(1.0).setLegendVisible(false);
    chart.getStyler().setAvailableSpaceFill(0.5).setXAxisLabelRotation(names.size() > 5 ? 20 : 0);
    chart.addSeries(yTitle, names, shares).setFillColor(Palette.FORECAST);
    return Plot.of(chart);
  }
}
