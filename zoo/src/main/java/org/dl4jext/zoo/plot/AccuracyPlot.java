package org.dl4jext.zoo.plot;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.dl4jext.zoo.tracking.Accuracy;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;

/** Token accuracy against the length of the examples, one line a run. */
public final class AccuracyPlot {

  private AccuracyPlot() {}

  /** Writes the plot as PNG; lines are named by the keys. */
  public static void write(String title, Map<String, List<Accuracy>> lines, Path file)
      throws IOException {
    XYChart chart =
        new XYChartBuilder()
            .width(1000)
            .height(600)
            .title(title)
            .xAxisTitle("length (log scale)")
            .yAxisTitle("token accuracy")
            .build();
    Palette.apply(chart);
    chart.getStyler().setXAxisLogarithmic(true).setYAxisMin(0.0).setYAxisMax(1.0);
    chart.getStyler().setMarkerSize(7);
    int color = 0;
    for (Map.Entry<String, List<Accuracy>> line : lines.entrySet()) {
      List<Integer> lengths = new ArrayList<>();
      List<Double> tokens = new ArrayList<>();
      for (Accuracy accuracy : line.getValue()) {
        lengths.add(accuracy.length());
        tokens.add(accuracy.token());
      }
      XYSeries series = chart.addSeries(line.getKey(), lengths, tokens);
      series.setLineColor(Palette.SERIES[color % Palette.SERIES.length]);
      series.setMarkerColor(Palette.SERIES[color % Palette.SERIES.length]);
      series.setLineStyle(color < Palette.SERIES.length ? Palette.LINE : Palette.DASHED);
      color++;
    }
    Png.write(BitmapEncoder.getBufferedImage(chart), file);
  }
}
