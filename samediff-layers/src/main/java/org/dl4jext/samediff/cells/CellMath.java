package org.dl4jext.samediff.cells;

import org.dl4jext.samediff.kernel.DoubleMath;
import org.dl4jext.samediff.kernel.FloatMath;

/** Functions of the plain kernels, in both precisions. */
final class CellMath {

  private CellMath() {}

  static float sigmoid(float x) {
    return FloatMath.sigmoid(x);
  }

  static double sigmoid(double x) {
    return DoubleMath.sigmoid(x);
  }

  static float exp(float x) {
    return FloatMath.exp(x);
  }

  static double exp(double x) {
    return Math.exp(x);
  }

  static float tanh(float x) {
    return (float) (1 - 2 / (Math.exp(2 * (double) x) + 1));
  }

  static double tanh(double x) {
    return Math.tanh(x);
  }

  static float logSigmoid(float x) {
    return -FloatMath.softplus(-x);
  }

  static double logSigmoid(double x) {
    return -DoubleMath.softplus(-x);
  }

  static float value(CellActivation activation, float x) {
    return switch (activation) {
      case SIGMOID -> sigmoid(x);
      case TANH -> tanh(x);
      default -> (float) activation.value(x);
    };
  }

  static double value(CellActivation activation, double x) {
    return activation.value(x);
  }

  static float slopeAt(CellActivation activation, float y) {
    return switch (activation) {
      case SIGMOID -> y * (1 - y);
      case TANH -> 1 - y * y;
      default -> (float) activation.slopeAt(y);
    };
  }

  static double slopeAt(CellActivation activation, double y) {
    return activation.slopeAt(y);
  }
}
