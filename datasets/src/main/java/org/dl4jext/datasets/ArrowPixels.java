package org.dl4jext.datasets;

/**
 * See {@link ArrowEncoding#pixels}. Black are a filled circle, a shaft centred at the arrow's place
 * and two barbs from its tip, 0.5 radians off the shaft and 0.4 of its length.
 */
record ArrowPixels(int samples) implements ArrowEncoding {

  private static final double BARB_ANGLE = 0.5;
  private static final double BARB_SHARE = 0.4;

  ArrowPixels {
    if (samples < 1 || samples > 16) {
      throw new IllegalArgumentException(
          "ArrowEncoding: samples is " + samples + "; allowed: 1 to 16");
    }
  }

  /** A straight line with width. */
  private record Line(double x0, double y0, double x1, double y1, double width) {
    boolean holds(double x, double y) {
      double dx = x1 - x0;
      double dy = y1 - y0;
      double along = ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy);
      double at = Math.max(0, Math.min(1, along));
      return Math.hypot(x - x0 - at * dx, y - y0 - at * dy) <= width / 2;
    }
  }

  @Override
  public int channels() {
    return 1;
  }

  @Override
  public int size(ArrowGeometry geometry) {
    return (int) Math.ceil(Math.max(geometry.width(), geometry.height()));
  }

  private static Line[] lines(ArrowGeometry.Arrow a) {
    double cos = Math.cos(a.direction()) * a.length() / 2;
    double sin = Math.sin(a.direction()) * a.length() / 2;
    double tipX = a.arrowX() + cos;
    double tipY = a.arrowY() + sin;
    Line[] lines = new Line[3];
    lines[0] = new Line(a.arrowX() - cos, a.arrowY() - sin, tipX, tipY, a.line());
    for (int side = 0; side < 2; side++) {
      double angle = a.direction() + Math.PI + (side == 0 ? BARB_ANGLE : -BARB_ANGLE);
      double length = BARB_SHARE * a.length();
      lines[1 + side] =
          new Line(
              tipX,
              tipY,
              tipX + length * Math.cos(angle),
              tipY + length * Math.sin(angle),
              a.line());
    }
    return lines;
  }

  @Override
  public void encode(ArrowGeometry geometry, ArrowGeometry.Arrow a, float[] to, int offset) {
    int size = size(geometry);
    Line[] lines = lines(a);
    double reach = a.length() / 2 + a.line();
    for (int row = 0; row < size; row++) {
      for (int column = 0; column < size; column++) {
        double x = column + 0.5;
        double y = row + 0.5;
        boolean near =
            Math.hypot(x - a.circleX(), y - a.circleY()) < a.radius() + 1
                || Math.hypot(x - a.arrowX(), y - a.arrowY()) < reach + 1;
        float black = near ? black(a, lines, row, column) : 0;
        to[offset + row * size + column] = 1 - black;
      }
    }
  }

  private float black(ArrowGeometry.Arrow a, Line[] lines, int row, int column) {
    int count = 0;
    for (int i = 0; i < samples; i++) {
      for (int j = 0; j < samples; j++) {
        double x = column + (i + 0.5) / samples;
        double y = row + (j + 0.5) / samples;
        boolean on = Math.hypot(x - a.circleX(), y - a.circleY()) <= a.radius();
        for (Line line : lines) {
          on = on || line.holds(x, y);
        }
        count += on ? 1 : 0;
      }
    }
    return (float) count / (samples * samples);
  }
}
