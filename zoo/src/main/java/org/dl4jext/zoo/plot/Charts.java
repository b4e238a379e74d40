package org.dl4jext.zoo.plot;

import java.util.List;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;

/** Charts in the look of all plots, with nothing in them yet. */
final class Charts {

  private static final int WIDTH = 1000;
  private static final int MOST_LEVEL_NAMES = 5;

  private Charts() {}

  /** Over a quantity. */
  static XYChart overNumbers(String title, String xTitle, String yTitle, int height) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(height)
            .title(title)
            .xAxisTitle(xTitle)
            .yAxisTitle(yTitle)
            .build();
    Palette.apply(chart.getStyler());
    return chart;
  }

  /** Over names, which slant where there are many; without a legend. */
  static CategoryChart overNames(
      String title, String xTitle, String yTitle, List<String> names, int height) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(height)
            .title(title)
            .xAxisTitle(xTitle)
            .yAxisTitle(yTitle)
            .build();
    Palette.apply(chart.getStyler());
    chart.getStyler().setLegendVisible(false);
    chart.getStyler().setXAxisLabelRotation(names.size() > MOST_LEVEL_NAMES ? 20 : 0);
    return chart;
  }
}
