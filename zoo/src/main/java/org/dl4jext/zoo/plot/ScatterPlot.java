package org.dl4jext.zoo.plot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Points over a quantity or over names. */
public final class ScatterPlot {

  private static final int HEIGHT = 420;
  private static final int MARKER = 8;
  private static final double WIDE = 20;

  private ScatterPlot() {}

  /**
   * Points over numbers; the axis is logarithmic where they reach over a wide range.
   *
   * @param x finite, at least one
   * @param y as many, finite
   */
  public static Plot overNumbers(
      String title, String xTitle, String yTitle, double[] x, double[] y) {
    double low = Arrays.stream(x).min().orElseThrow();
    double high = Arrays.stream(x).max().orElseThrow();
    boolean log = low > 0 && high > WIDE * low;
    XYChart chart = chart(title, log ? xTitle + " (log scale)" : xTitle, yTitle);
    chart.getStyler().setXAxisLogarithmic(log).setXAxisDecimalPattern("0.######");
    points(chart, yTitle, x, y);
    return Plot.of(chart);
  }

  /**
   * Points over names, in the order of the names.
   *
   * @param names at least one
   * @param x for each point which name
   * @param y as many, finite
   */
  public static Plot overNames(
      String title, String xTitle, String yTitle, List<String> names, int[] x, double[] y) {
    CategoryChart chart = Charts.overNames(title, xTitle, yTitle, names, HEIGHT);
    chart.getStyler().setMarkerSize(MARKER);
    chart
        .getStyler()
        .setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Scatter)
        .setOverlapped(true);
    // A series has one point for each name, so the second point of a name is in the second series.
    int[] points = new int[names.size()];
    List<List<Double>> series = new ArrayList<>();
    for (int i = 0; i < x.length; i++) {
      int place = points[x[i]]++;
      if (place == series.size()) {
        series.add(new ArrayList<>(Collections.nCopies(names.size(), null)));
      }
      series.get(place).set(x[i], y[i]);
    }
    for (int i = 0; i < series.size(); i++) {
      CategorySeries drawn = chart.addSeries("point " + (i + 1), names, series.get(i));
      drawn.setMarker(SeriesMarkers.CIRCLE);
      drawn.setMarkerColor(Palette.FORECAST);
    }
    return Plot.of(chart);
  }

  /**
   * Scores in the order in which they came, and the best so far.
   *
   * @param scores finite, at least one
   * @param best as many
   */
  public static Plot history(String title, String yTitle, double[] scores, double[] best) {
    double[] x = new double[scores.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = i + 1.0;
    }
    XYChart chart = chart(title, "finished trainings", yTitle);
    chart.getStyler().setXAxisDecimalPattern("0").setLegendVisible(true);
    points(chart, "score", x, scores);
    XYSeries line = chart.addSeries("best so far", x, best);
    line.setXYSeriesRenderStyle(XYSeriesRenderStyle.Step);
    line.setMarker(SeriesMarkers.NONE);
    line.setLineColor(Palette.BACKTEST);
    line.setLineStyle(Palette.LINE);
    return Plot.of(chart);
  }

  private static void points(XYChart chart, String name, double[] x, double[] y) {
    XYSeries series = chart.addSeries(name, x, y);
    series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
    series.setMarker(SeriesMarkers.CIRCLE);
    series.setMarkerColor(Palette.FORECAST);
  }

  private static XYChart chart(String title, String xTitle, String yTitle) {
    XYChart chart = Charts.overNumbers(title, xTitle, yTitle, HEIGHT);
    chart.getStyler().setMarkerSize(MARKER).setLegendVisible(false);
    return chart;
  }
}
