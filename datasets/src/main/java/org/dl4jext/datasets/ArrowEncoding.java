package org.dl4jext.datasets;

/** How an arrow-pointing picture becomes an array [channels,H,W]. */
public interface ArrowEncoding extends java.io.Serializable {

  /** Channels C. */
  int channels();

  /** Rows and columns of the array of a picture. */
  int size(ArrowGeometry geometry);

  /**
   * Writes one picture.
   *
   * @param to elements [C,H,W] from {@code offset} on, all zero before
   */
  void encode(ArrowGeometry geometry, ArrowGeometry.Arrow arrow, float[] to, int offset);

  /**
   * Cells of a size in pixels with nine features each: is the arrow's middle here, cosine and sine
   * of its direction, its place in the cell along x and y in [-1/2,1/2); is the circle's middle
   * here, its radius over the largest one, its place in the cell.
   *
   * @param cell pixels of a cell along each axis
   */
  static ArrowEncoding tokens(int cell) {
    return new ArrowTokens(cell);
  }

  /**
   * Pixels: one channel, 1 for white and 0 for black, with anti-aliasing.
   *
   * @param samples points of a pixel along each axis that are averaged
   */
  static ArrowEncoding pixels(int samples) {
    return new ArrowPixels(samples);
  }
}
