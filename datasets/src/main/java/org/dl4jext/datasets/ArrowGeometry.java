package org.dl4jext.datasets;

/**
 * The law of arrow-pointing pictures: does the arrow point into the circle?
 *
 * <p>Nine numbers, uniform in [0,1), give a picture: label, length and width of the arrow, its
 * place, the radius of the circle, its place relative to the arrow, and the direction. An arrow
 * that points goes through a disc smaller than the circle by the intersection factor, one that does
 * not misses a disc that is larger by it. All lengths are in pixels. As in the published generator,
 * the place of the arrow along both axes is drawn over the extent of the first.
 *
 * <p>Source: the arrow-pointing task of arXiv 2506.11997, section 5.
 *
 * @param width extent of the picture along x
 * @param height extent along y
 * @param padding border in which no centre lies
 * @param minRadius smallest radius of a circle
 * @param maxRadius largest radius
 * @param minDistanceX least distance of the centres along x, in radii
 * @param minDistanceY least distance along y, in radii
 * @param intersectionFactor how clearly an arrow points or misses; 1 and more
 * @param pointingShare share of the pictures whose arrow points
 * @param minLength shortest arrow
 * @param maxLength longest arrow
 * @param minLine narrowest line
 * @param maxLine widest line
 */
public record ArrowGeometry(
    double width,
    double height,
    double padding,
    double minRadius,
    double maxRadius,
    double minDistanceX,
    double minDistanceY,
    double intersectionFactor,
    double pointingShare,
    double minLength,
    double maxLength,
    double minLine,
    double maxLine)
    implements java.io.Serializable {

  /** Uniform numbers of a picture. */
  public static final int UNIFORMS = 9;

  public ArrowGeometry {
    if (!(padding >= 0 && width > 2 * padding && height > 2 * padding)) {
      throw new IllegalArgumentException(
          "ArrowGeometry: padding is "
              + padding
              + "; allowed: 0 to below half of the width "
              + width
              + " and of the height "
              + height);
    }
    requireRange("radius", minRadius, maxRadius);
    requireRange("length", minLength, maxLength);
    requireRange("line", minLine, maxLine);
    if (!(minDistanceX >= 0 && minDistanceY >= 0)) {
      throw new IllegalArgumentException(
          "ArrowGeometry: minDistanceX and minDistanceY are "
              + minDistanceX
              + " and "
              + minDistanceY
              + "; allowed: 0 and more");
    }
    // Closer centres would leave no angle under which a disc is seen.
    if (width - 2 * padding < 2 * minDistanceX * maxRadius
        || height - 2 * padding < 2 * minDistanceY * maxRadius) {
      throw new IllegalArgumentException(
          "ArrowGeometry: maxRadius is "
              + maxRadius
              + "; allowed: so small that twice the least distances fit inside the padding");
    }
    if (!(intersectionFactor >= 1)) {
      throw new IllegalArgumentException(
          "ArrowGeometry: intersectionFactor is " + intersectionFactor + "; allowed: 1 and more");
    }
    if (!(pointingShare >= 0 && pointingShare <= 1)) {
      throw new IllegalArgumentException(
          "ArrowGeometry: pointingShare is " + pointingShare + "; allowed: 0 to 1");
    }
  }

  private static void requireRange(String name, double least, double most) {
    if (!(least > 0 && least <= most)) {
      throw new IllegalArgumentException(
          "ArrowGeometry: "
              + name
              + " is from "
              + least
              + " to "
              + most
              + "; allowed: positive and not decreasing");
    }
  }

  /** The published geometry on a picture of another size: sizes of arrow and circle stay. */
  public static ArrowGeometry published(double size) {
    return new ArrowGeometry(size, size, 30, 15, 30, 2, 2, 1.2, 0.5, 15, 30, 2, 4);
  }

  /** The published geometry for pictures of 192 pixels, with all lengths scaled. */
  public static ArrowGeometry scaled(double size, double factor) {
    return new ArrowGeometry(
        size,
        size,
        30 * factor,
        15 * factor,
        30 * factor,
        2,
        2,
        1.2,
        0.5,
        15 * factor,
        30 * factor,
        2 * factor,
        4 * factor);
  }

  /**
   * A picture.
   *
   * @param pointing whether the arrow points into the circle
   * @param length of the arrow
   * @param line width of its lines
   * @param arrowX its middle
   * @param arrowY its middle
   * @param direction angle from the x axis to the y axis, in radians
   * @param circleX centre of the circle
   * @param circleY centre of the circle
   * @param radius of the circle
   */
  public record Arrow(
      boolean pointing,
      double length,
      double line,
      double arrowX,
      double arrowY,
      double direction,
      double circleX,
      double circleY,
      double radius) {}

  /**
   * The picture of nine uniform numbers, with the lengths of the arrow cut to whole pixels as
   * published.
   */
  public Arrow wholePixels(double[] u) {
    return arrow(u, true);
  }

  /** The picture of nine uniform numbers. */
  public Arrow arrow(double[] u) {
    return arrow(u, false);
  }

  private Arrow arrow(double[] u, boolean whole) {
    if (u.length != UNIFORMS) {
      throw new IllegalArgumentException(
          "ArrowGeometry: " + u.length + " numbers; allowed: " + UNIFORMS);
    }
    boolean pointing = u[0] < pointingShare;
    double length = minLength + (maxLength - minLength) * u[1];
    double line = minLine + (maxLine - minLine) * u[2];
    double extent = width - 2 * padding;
    double arrowX = extent * u[3];
    double arrowY = extent * u[4];
    double radius = minRadius + (maxRadius - minRadius) * u[5];
    double circleX = circle(arrowX, minDistanceX * radius, extent, u[6]);
    double circleY = circle(arrowY, minDistanceY * radius, height - 2 * padding, u[7]);
    double dx = circleX - arrowX;
    double dy = circleY - arrowY;
    double square = dx * dx + dy * dy;
    double disc = pointing ? radius / intersectionFactor : radius * intersectionFactor;
    // Half of the angle under which the disc is seen.
    double half = Math.acos(Math.sqrt(Math.abs((square - disc * disc) / square)));
    double offset = pointing ? half * (2 * u[8] - 1) : half + u[8] * (2 * Math.PI - 2 * half);
    return new Arrow(
        pointing,
        whole ? (int) length : length,
        whole ? (int) line : line,
        arrowX + padding,
        arrowY + padding,
        Math.atan2(dy, dx) + offset,
        circleX + padding,
        circleY + padding,
        radius);
  }

  private static double circle(double arrow, double least, double extent, double u) {
    double at = arrow + least + (extent - 2 * least) * u;
    return at > extent ? at - extent : at;
  }
}
