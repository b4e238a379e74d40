package org.dl4jext.samediff.block;

/** Functions of one float; its twin has the other precision. */
final class FloatMath {

  private FloatMath() {}

  static float of(double value) {
    return (float) value;
  }
}
