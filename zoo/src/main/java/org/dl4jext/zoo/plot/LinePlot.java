package org.dl4jext.zoo.plot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.DoubleStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Lines over one quantity, told apart by colour, marker and dashes: accuracies by length and
 * training curves.
 *
 * <p>An axis is logarithmic where its values are positive and reach over a wide range.
 */
public final class LinePlot {

  private static final int HEIGHT = 600;
  private static final double WIDE = 8;
  private static final double VERY_WIDE = 100;

  /** Values of x that are labelled, each of them, where they are equally spaced. */
  private static final int LABELLED = 20;

  /** More than XChart takes for equally spaced, and less than anyone sees. */
  private static final double SHIFT = 1e-3;

  private LinePlot() {}

  /**
   * A line.
   *
   * @param name for the legend
   * @param x increasing
   * @param y as many
   */
  public record Line(String name, double[] x, double[] y) {}

  /**
   * Shares of right answers against a length, a number of hops and the like.
   *
   * @param unit what the keys of a line count
   * @param measure what its values are, with values in [0,1]
   */
  public static Plot shares(
      String title, String unit, String measure, Map<String, SortedMap<Integer, Double>> lines) {
    boolean log = reaches(measured(lines), WIDE);
    List<Line> drawn = new ArrayList<>();
    for (Map.Entry<String, SortedMap<Integer, Double>> line : lines.entrySet()) {
      double[] x = new double[line.getValue().size()];
      int i = 0;
      for (int place : line.getValue().keySet()) {
        x[i] = log ? Math.log(place) / Math.log(2) : place;
        i++;
      }
      double[] y = line.getValue().values().stream().mapToDouble(share -> share).toArray();
      drawn.add(new Line(line.getKey(), x, y));
    }
    XYChart chart = Charts.overNumbers(title, log ? unit + " (log scale)" : unit, measure, HEIGHT);
    if (log) {
      chart.setCustomXAxisTickLabelsFormatter(
          power -> power == Math.rint(power) ? String.valueOf(Math.round(Math.pow(2, power))) : "");
    }
    chart.getStyler().setYAxisMin(0.0).setYAxisMax(1.0).setMarkerSize(7);
    draw(chart, drawn, true);
    return Plot.of(chart);
  }

  private static double[] measured(Map<String, SortedMap<Integer, Double>> lines) {
    return lines.values().stream()
        .flatMap(line -> line.keySet().stream())
        .mapToDouble(x -> x)
        .toArray();
  }

  /**
   * Values against the steps of a training.
   *
   * @param step what a step is
   * @param measure what the values are
   * @param lines none of them empty
   */
  public static Plot training(String title, String step, String measure, List<Line> lines) {
    double[] values =
        lines.stream()
            .flatMapToDouble(line -> Arrays.stream(line.y))
            .filter(Double::isFinite)
            .toArray();
    boolean log = reaches(values, VERY_WIDE);
    XYChart chart =
        Charts.overNumbers(title, step, log ? measure + " (log scale)" : measure, HEIGHT);
    chart.getStyler().setYAxisLogarithmic(log).setXAxisDecimalPattern("0.#");
    draw(chart, lines.stream().map(LinePlot::labelledHereAndThere).toList(), false);
    return Plot.of(chart);
  }

  /** Of equally spaced values XChart labels at least every other, until the labels overlap. */
  private static Line labelledHereAndThere(Line line) {
    if (line.x.length <= LABELLED) {
      return line;
    }
    double[] x = line.x.clone();
    x[x.length - 1] += SHIFT;
    return new Line(line.name, x, line.y);
  }

  private static boolean reaches(double[] values, double ratio) {
    double least = DoubleStream.of(values).min().orElse(0);
    return least > 0 && DoubleStream.of(values).max().orElse(0) >= ratio * least;
  }

  private static void draw(XYChart chart, List<Line> lines, boolean markers) {
    int color = 0;
    for (Line line : lines) {
      XYSeries series = chart.addSeries(line.name, line.x, line.y);
      series.setLineColor(Palette.SERIES[color % Palette.SERIES.length]);
      series.setMarkerColor(Palette.SERIES[color % Palette.SERIES.length]);
      series.setLineStyle(Palette.STROKES[color / Palette.SERIES.length % Palette.STROKES.length]);
      if (!markers) {
        series.setMarker(SeriesMarkers.NONE);
      }
      color++;
    }
  }
}
