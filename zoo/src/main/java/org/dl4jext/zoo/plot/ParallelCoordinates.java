package org.dl4jext.zoo.plot;

import java.awt.Color;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** One line for each candidate across one axis for each parameter; the best lines are darkest. */
public final class ParallelCoordinates {

  private ParallelCoordinates() {}

  /**
   * Lines.
   *
   * @param axes names, at least two
   * @param lines a place in [0,1] on each axis, for each line; NaN where a line has none
   * @param ranks 0 for the worst line to 1 for the best
   */
  public static Plot of(String title, List<String> axes, double[][] lines, double[] ranks) {
    CategoryChart chart = Charts.overNames(title, "", "", axes, 520);
    chart.getStyler().setYAxisTicksVisible(false);
    chart.getStyler().setYAxisMin(-0.05).setYAxisMax(1.05);
    chart
        .getStyler()
        .setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Line)
        .setOverlapped(true);
    IntStream.range(0, lines.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> ranks[i]))
        .forEach(
            i -> {
              List<Double> places =
                  DoubleStream.of(lines[i]).mapToObj(p -> Double.isNaN(p) ? null : p).toList();
              CategorySeries series = chart.addSeries("candidate " + i, axes, places);
              series.setMarker(SeriesMarkers.CIRCLE);
              series.setLineColor(shade(ranks[i]));
              series.setMarkerColor(shade(ranks[i]));
              series.setLineStyle(Palette.LINE);
            });
    return Plot.of(chart);
  }

  /** From light grey to blue. */
  private static Color shade(double rank) {
    Color best = Palette.FORECAST;
    int light = 220;
    return new Color(
        (int) (light + rank * (best.getRed() - light)),
        (int) (light + rank * (best.getGreen() - light)),
        (int) (light + rank * (best.getBlue() - light)));
  }
}
