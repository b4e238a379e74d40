package org.dl4jext.zoo.plot;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;

/** Numbers of rows and columns as colours. */
public final class HeatMap {

  private HeatMap() {}

  /**
   * What the axes stand for.
   *
   * @param columns title of the columns
   * @param rows title of the rows
   */
  public record Axes(String columns, String rows) {}

  /**
   * Writes the map as PNG.
   *
   * @param rows names of the rows, the first at the bottom
   * @param values of each row; rows may differ in length
   */
  public static void write(
      String title, Axes axes, List<Integer> rows, List<double[]> values, Path file)
      throws IOException {
    int columns = values.stream().mapToInt(v -> v.length).max().orElse(0);
    write(title, axes, IntStream.range(0, columns).boxed().toList(), rows, values, "0.0", file);
  }

  /**
   * Writes the map as PNG.
   *
   * @param columns names of the columns
   * @param rows names of the rows, the first at the bottom
   * @param values of each row; rows may differ in length
   * @param pattern of the numbers in the cells, as in {@link java.text.DecimalFormat}
   */
  public static void write(
      String title,
      Axes axes,
      List<Integer> columns,
      List<Integer> rows,
      List<double[]> values,
      String pattern,
      Path file)
      throws IOException {
    HeatMapChart chart =
        new HeatMapChartBuilder()
            .width(Math.min(1600, 300 + 60 * columns.size()))
            .height(Math.min(1000, 240 + 60 * rows.size()))
            .title(title)
            .xAxisTitle(axes.columns)
            .yAxisTitle(axes.rows)
            .build();
    chart.getStyler().setChartTitleBoxVisible(false).setPlotBorderVisible(false);
    chart.getStyler().setShowValue(columns.size() <= 20).setHeatMapValueDecimalPattern(pattern);
    List<Number[]> cells = new ArrayList<>();
    for (int r = 0; r < values.size(); r++) {
      for (int c = 0; c < values.get(r).length; c++) {
        cells.add(new Number[] {c, r, values.get(r)[c]});
      }
    }
    chart.addSeries(title, columns, rows, cells);
    Png.write(BitmapEncoder.getBufferedImage(chart), file);
  }
}
