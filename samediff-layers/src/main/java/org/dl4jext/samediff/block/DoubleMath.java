package org.dl4jext.samediff.block;

/** Functions of one double; its twin has the other precision. */
final class DoubleMath {

  private DoubleMath() {}

  static double of(double value) {
    return value;
  }
}
