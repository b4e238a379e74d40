package org.dl4jext.samediff.kernel;

import org.nd4j.linalg.api.buffer.DataType;

/** What differs between the double kernels and the float kernels that they are derived from. */
public final class DoubleMath {

  /** The ND4J type of the kernels' arrays. */
  public static final DataType TYPE = DataType.DOUBLE;

  /** Size of an element. */
  public static final int BYTES = 8;

  /** Fewest lanes for which the vector build is worth taking. */
  static final int MIN_LANES = 4;

  private DoubleMath() {}

  /** {@code x} itself. */
  public static double of(double x) {
    return x;
  }

  /** Exponential function. */
  public static double exp(double x) {
    return Math.exp(x);
  }

  /** 1 / (1 + exp(-x)), finite for every finite x. */
  public static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** log(1 + exp(x)) without overflow. */
  public static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }
}
