package org.dl4jext.zoo.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;

/** The look of all plots; colours of Okabe and Ito. */
final class Palette {

  static final Color HISTORY = new Color(0x555555);
  static final Color BACKTEST = new Color(0xD55E00);
  static final Color FORECAST = new Color(0x0072B2);
  static final Color BAND = new Color(0x56, 0xB4, 0xE9, 90);
  static final Color[] SERIES = {
    new Color(0x0072B2),
    new Color(0xD55E00),
    new Color(0x009E73),
    new Color(0xCC79A7),
    new Color(0xE69F00),
    new Color(0x56B4E9),
    new Color(0x000000)
  };

  /** Bright to dark, also where colours are not seen; black text stays readable on all. */
  static final Color[] RANGE = {
    new Color(0xFFFFE5),
    new Color(0xC7E9B4),
    new Color(0x7FCDBB),
    new Color(0x41B6C4),
    new Color(0x1D91C0)
  };

  static final BasicStroke LINE = new BasicStroke(1.8f);
  static final BasicStroke DASHED =
      new BasicStroke(1.8f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {7, 3}, 0);

  /** The next is taken when all colours are used up. */
  static final BasicStroke[] STROKES = {
    LINE,
    DASHED,
    new BasicStroke(2.2f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND, 1, new float[] {1, 5}, 0)
  };

  private Palette() {}

  static void apply(AxesChartStyler styler) {
    Font plain = new Font(Font.SANS_SERIF, Font.PLAIN, 14);
    styler
        .setLegendPosition(LegendPosition.OutsideS)
        .setLegendBorderColor(Color.WHITE)
        .setLegendFont(plain)
        .setChartBackgroundColor(Color.WHITE)
        .setPlotBackgroundColor(Color.WHITE)
        .setChartTitleFont(plain.deriveFont(Font.BOLD, 17f))
        .setChartTitleBoxVisible(false);
    styler.setPlotGridLinesColor(new Color(0xDDDDDD)).setPlotBorderVisible(false);
    styler.setAxisTickLabelsFont(plain.deriveFont(13f));
    styler.setAxisTitleFont(plain);
    styler.setLegendLayout(LegendLayout.Horizontal);
  }
}
