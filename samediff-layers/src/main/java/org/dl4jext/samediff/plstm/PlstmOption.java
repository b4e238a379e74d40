package org.dl4jext.samediff.plstm;

import org.dl4jext.samediff.SpecOption;

/** Checks of options; messages name spec, option, value and what is allowed. */
final class PlstmOption {

  private static final int LARGEST = 1 << 16;

  private PlstmOption() {}

  static void requireSize(String spec, String option, int value) {
    SpecOption.requireIn(spec, option, value, 1, LARGEST);
  }

  static void requirePositive(String spec, String option, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw SpecOption.invalid(spec, option, value, "positive and finite");
    }
  }

  /** Slices of the projections: heads fall into slices, or slices into heads. */
  static void requireSlices(String spec, int slices, int heads, int keySize, int valueSize) {
    requireSize(spec, "subHeadsQkv", slices);
    boolean fits =
        slices <= heads
            ? heads % slices == 0
            : slices % heads == 0
                && keySize % (slices / heads) == 0
                && valueSize % (slices / heads) == 0;
    if (!fits) {
      throw new IllegalArgumentException(
          spec
              + ": subHeadsQkv is "
              + slices
              + "; allowed: a divisor of heads ("
              + heads
              + "), or a multiple whose quotient divides keySize and valueSize");
    }
  }

  /** How eigenvalues and rotations become transitions. */
  static void requireTransition(String spec, double eigenvalueFactor, int expmOrder) {
    requirePositive(spec, "eigenvalueFactor", eigenvalueFactor);
    SpecOption.requireIn(spec, "expmOrder", expmOrder, 1, 64);
  }

  static void requireDivides(String spec, String option, int value, int gates) {
    requireSize(spec, option, value);
    if (gates % value != 0) {
      throw new IllegalArgumentException(
          spec
              + ": "
              + option
              + " is "
              + value
              + "; allowed: a divisor of "
              + gates
              + ", the gates");
    }
  }
}
