package org.dl4jext.datasets;

/** See {@link ArrowEncoding#tokens}. */
record ArrowTokens(int cell) implements ArrowEncoding {

  private static final int FEATURES = 9;

  ArrowTokens {
    if (cell < 1) {
      throw new IllegalArgumentException(
          "ArrowEncoding: cell is " + cell + "; allowed: 1 and more");
    }
  }

  @Override
  public int channels() {
    return FEATURES;
  }

  @Override
  public int size(ArrowGeometry geometry) {
    return (int) Math.ceil(Math.max(geometry.width(), geometry.height()) / cell);
  }

  @Override
  public void encode(ArrowGeometry geometry, ArrowGeometry.Arrow a, float[] to, int offset) {
    int size = size(geometry);
    int arrow = cellOf(a.arrowX(), a.arrowY(), size);
    int circle = cellOf(a.circleX(), a.circleY(), size);
    double[] ofArrow = {
      1, Math.cos(a.direction()), Math.sin(a.direction()), within(a.arrowX()), within(a.arrowY())
    };
    double[] ofCircle = {
      1, a.radius() / geometry.maxRadius(), within(a.circleX()), within(a.circleY())
    };
    int plane = size * size;
    for (int i = 0; i < ofArrow.length; i++) {
      to[offset + i * plane + arrow] = (float) ofArrow[i];
    }
    for (int i = 0; i < ofCircle.length; i++) {
      to[offset + (ofArrow.length + i) * plane + circle] = (float) ofCircle[i];
    }
  }

  /** Rows follow y, columns x. */
  private int cellOf(double x, double y, int size) {
    int column = Math.min(size - 1, (int) (x / cell));
    int row = Math.min(size - 1, (int) (y / cell));
    return row * size + column;
  }

  private double within(double x) {
    return x / cell - Math.floor(x / cell) - 0.5;
  }
}
