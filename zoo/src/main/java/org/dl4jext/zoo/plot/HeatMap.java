package org.dl4jext.zoo.plot;

import java.awt.Color;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Numbers of rows and columns, to two decimals, as colours. */
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
   * The map.
   *
   * @param rows names of the rows, the first at the bottom
   * @param values of each row; rows may differ in length
   */
  public static Plot of(String title, Axes axes, List<Integer> rows, List<double[]> values) {
    int columns = values.stream().mapToInt(v -> v.length).max().orElse(0);
    return of(title, axes, IntStream.range(0, columns).boxed().toList(), rows, values);
  }

  /**
   * The map.
   *
   * @param columns names of the columns
   * @param rows names of the rows, the first at the bottom
   * @param values of each row; rows may differ in length
   */
  public static Plot of(
      String title, Axes axes, List<Integer> columns, List<Integer> rows, List<double[]> values) {
    HeatMapChart chart =
        new HeatMapChartBuilder()
            .width(Math.min(1600, 300 + 60 * columns.size()))
            .height(Math.min(1000, 240 + 60 * rows.size()))
            .title(title)
            .xAxisTitle(axes.columns)
            .yAxisTitle(axes.rows)
            .build();
    Palette.apply(chart.getStyler());
    chart.getStyler().setPlotGridLinesVisible(false);
    chart.getStyler().setRangeColors(Palette.RANGE).setValueFontColor(Color.BLACK);
    chart
        .getStyler()
        .setLegendPosition(LegendPosition.OutsideE)
        .setLegendLayout(LegendLayout.Vertical);
    chart.getStyler().setShowValue(columns.size() <= 20).setHeatMapValueDecimalPattern("0.00");
    List<Number[]> cells = new ArrayList<>();
    for (int r = 0; r < values.size(); r++) {
      for (int c = 0; c < values.get(r).length; c++) {
        cells.add(new Number[] {c, r, Math.round(100 * values.get(r)[c]) / 100.0});
      }
    }
    chart.addSeries(title, columns, rows, cells);
    return Plot.of(chart);
  }
}
