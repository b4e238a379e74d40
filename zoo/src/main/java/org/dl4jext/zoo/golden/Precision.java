package org.dl4jext.zoo.golden;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;

/** A data type in which cases run, with its rule of comparison. */
public enum Precision {
  /**
   * An element passes when {@code |got - want| <= atol + rtol |want|}, with the values of the case.
   */
  FLOAT64(DataType.DOUBLE) {
    @Override
    double allowed(GoldenCase c, double want, double largest, boolean gradient) {
      return c.atol() + c.rtol() * Math.abs(want);
    }
  },
  /**
   * An element passes when {@code |got - want| <= t max(1, max|want|)}, t = 1e-4, gradients 1e-3.
   */
  FLOAT32(DataType.FLOAT) {
    @Override
    double allowed(GoldenCase c, double want, double largest, boolean gradient) {
      boolean exact = c.atol() == 0 && c.rtol() == 0;
      return exact ? 0 : (gradient ? 1e-3 : 1e-4) * Math.max(1, largest);
    }
  };

  private final DataType type;

  Precision(DataType type) {
    this.type = type;
  }

  DataType type() {
    return type;
  }

  /** The error that an element may have; integer arrays may have none. */
  abstract double allowed(GoldenCase c, double want, double largest, boolean gradient);

  /**
   * Compares a result with what the case wants.
   *
   * @param gradient whether the array is a gradient, otherwise an output
   * @return the largest error, and the largest error as a fraction of what is allowed
   * @throws GoldenFormatException if the shapes differ
   */
  Errors compare(GoldenCase c, GoldenArray got, GoldenArray want, boolean gradient) {
    if (!want.hasShape(got.shape())) {
      throw new GoldenFormatException(
          "computed the shape "
              + Arrays.toString(got.shape())
              + ", expected "
              + Arrays.toString(want.shape()));
    }
    double largest = Arrays.stream(want.values()).map(Math::abs).max().orElse(0);
    Errors errors = Errors.NONE;
    for (int i = 0; i < want.values().length; i++) {
      double expected = want.values()[i];
      double actual = got.values()[i];
      if (Double.compare(actual, expected) != 0) {
        double error = Math.abs(actual - expected);
        double allowed = want.integer() ? 0 : allowed(c, expected, largest, gradient);
        errors = errors.max(Errors.of(error, allowed));
      }
    }
    return errors;
  }

  /**
   * The size of errors.
   *
   * @param absolute largest |got - want|
   * @param ratio largest error as a fraction of what is allowed: above 1 fails
   */
  record Errors(double absolute, double ratio) {

    static final Errors NONE = new Errors(0, 0);

    static Errors of(double error, double allowed) {
      double size = Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
      return new Errors(size, size == 0 ? 0 : size / allowed);
    }

    Errors max(Errors that) {
      return new Errors(Math.max(absolute, that.absolute), Math.max(ratio, that.ratio));
    }

    boolean pass() {
      return ratio <= 1;
    }
  }
}
