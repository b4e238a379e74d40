package org.dl4jext.zoo.plot;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import org.dl4jext.datasets.TimeAxis;
import org.dl4jext.zoo.forecast.ForecastResult;
import org.dl4jext.zoo.forecast.TargetReport;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** History, backtest and forecast with its intervals, one panel a target. */
public final class ForecastPlot {

  private static final int WIDTH = 1200;
  private static final int HEIGHT = 560;
  private static final int MAX_PANELS = 12;

  /** Rows before the test part that are shown, in lengths of the test part. */
  private static final int HISTORY = 1;

  private ForecastPlot() {}

  /** The plot; at most 12 targets are shown. */
  public static Plot of(ForecastResult result) {
    int panels = Math.min(MAX_PANELS, result.targets().size());
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT * panels, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    for (int i = 0; i < panels; i++) {
      graphics.drawImage(BitmapEncoder.getBufferedImage(chart(result, i)), 0, i * HEIGHT, null);
    }
    graphics.dispose();
    return new Plot("forecast", image);
  }

  private static XYChart chart(ForecastResult result, int index) {
    TargetReport target = result.targets().get(index);
    TimeAxis time = result.series().time();
    double[] values = result.series().values()[index];
    int n = values.length;
    int test = result.testStart();
    int from = Math.max(0, test - HISTORY * (n - test));
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(target.name() + ": forecast of " + target.forecast().length + " rows")
            .xAxisTitle(time.name())
            .yAxisTitle(target.name())
            .build();
    Palette.apply(chart.getStyler());
    chart.getStyler().setTimezone(TimeZone.getTimeZone("UTC"));
    if (!time.isDates()) {
      chart.getStyler().setXAxisDecimalPattern("0.###"); // years without a thousands separator
    }
    int horizon = target.forecast().length;
    List<Object> future = new ArrayList<>();
    for (int lead = 0; lead < horizon; lead++) {
      future.add(place(time, time.positionAfter(lead + 1)));
    }
    addBand(chart, result.model().format().level(), future, target.lower(), target.upper());
    addLine(chart, "history", places(time, from, n), slice(values, from), Palette.HISTORY);
    XYSeries backtest =
        addLine(
            chart,
            "backtest, " + horizon + " rows at a time",
            places(time, test, n),
            list(target.backtest()),
            Palette.BACKTEST);
    backtest.setLineStyle(Palette.DASHED);
    future.add(0, place(time, time.position(n - 1)));
    List<Double> forecast = list(target.forecast());
    forecast.add(0, values[n - 1]);
    addLine(chart, "forecast", future, forecast, Palette.FORECAST);
    return chart;
  }

  /** A closed line around the band, filled. */
  private static void addBand(
      XYChart chart, double level, List<Object> future, double[] low, double[] high) {
    List<Object> places = new ArrayList<>();
    List<Double> edge = new ArrayList<>();
    for (int i = 0; i < high.length; i++) {
      places.add(future.get(i));
      edge.add(high[i]);
    }
    for (int i = high.length - 1; i >= 0; i--) {
      places.add(future.get(i));
      edge.add(low[i]);
    }
    XYSeries band =
        chart.addSeries(String.format(Locale.ROOT, "%.0f %% interval", 100 * level), places, edge);
    band.setXYSeriesRenderStyle(XYSeriesRenderStyle.PolygonArea);
    band.setFillColor(Palette.BAND);
    band.setLineColor(Palette.BAND);
    band.setMarker(SeriesMarkers.NONE);
  }

  private static XYSeries addLine(
      XYChart chart, String name, List<Object> x, List<Double> y, Color color) {
    XYSeries line = chart.addSeries(name, x, y);
    line.setLineColor(color);
    line.setLineStyle(Palette.LINE);
    line.setMarker(SeriesMarkers.NONE);
    return line;
  }

  /** Dates as dates, so that the axis is labelled with them. */
  @SuppressWarnings("JavaUtilDate") // what XChart takes
  private static Object place(TimeAxis time, double position) {
    return time.isDates() ? new Date(Math.round(1000 * position)) : (Object) position;
  }

  private static List<Object> places(TimeAxis time, int from, int to) {
    List<Object> places = new ArrayList<>();
    for (int row = from; row < to; row++) {
      places.add(place(time, time.position(row)));
    }
    return places;
  }

  private static List<Double> slice(double[] values, int from) {
    List<Double> slice = new ArrayList<>();
    for (int i = from; i < values.length; i++) {
      slice.add(values[i]);
    }
    return slice;
  }

  private static List<Double> list(double[] values) {
    return slice(values, 0);
  }
}
