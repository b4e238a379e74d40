package org.dl4jext.zoo.plot;

import java.util.List;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;

/** Charts in the look of all plots, with nothing in them yet. */
final class Charts {

  private static final int WIDTH = 1000;
  private static final int MOST_LEVEL_NAMES = 5;

  private Charts() {}

  /** Over a quantity. */
  static XYChart overNumbers(String title, String xTitle, String yTitle, int height) {
    return named(new XYChart(WIDTH, height), title, xTitle, yTitle);
  }

  /** Over names, which slant where there are many; without a legend. */
  static CategoryChart overNames(
      String title, String xTitle, String yTitle, List<String> names, int height) {
    CategoryChart chart = named(new CategoryChart(WIDTH, height), title, xTitle, yTitle);
    chart.getStyler().setLegendVisible(false);
    chart.getStyler().setXAxisLabelRotation(names.size() > MOST_LEVEL_NAMES ? 20 : 0);
    return chart;
  }

  private static <C extends Chart<? extends AxesChartStyler, ?>> C named(
      C chart, String title, String xTitle, String yTitle) {
    chart.setTitle(title);
    chart.setXAxisTitle(xTitle);
    chart.setYAxisTitle(yTitle);
    Palette.apply(chart.getStyler());
    return chart;
  }
}
