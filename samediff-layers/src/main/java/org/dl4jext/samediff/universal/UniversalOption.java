package org.dl4jext.samediff.universal;

import java.util.Arrays;

/** Checks of options that several specs have. */
final class UniversalOption {

  private UniversalOption() {}

  static void requireHalting(String spec, double epsilon, ActType actType) {
    if (!(epsilon > 0 && epsilon < 1)) {
      throw invalid(spec, "epsilon", epsilon, "above 0, below 1");
    }
    requireChoice(spec, "actType", actType, ActType.values());
  }

  static void requireIn(String spec, String option, long value, long low, long high) {
    if (value < low || value > high) {
      throw invalid(spec, option, value, low + " to " + high);
    }
  }

  static void requireRate(String spec, String option, double value) {
    if (!(value >= 0 && value < 1)) {
      throw invalid(spec, option, value, "0 to below 1");
    }
  }

  static <E extends Enum<E>> void requireChoice(String spec, String option, E value, E[] values) {
    if (value == null) {
      throw invalid(spec, option, null, Arrays.toString(values));
    }
  }

  static IllegalArgumentException invalid(
      String spec, String option, Object value, String allowed) {
    return new IllegalArgumentException(
        spec + ": " + option + " is " + value + "; allowed: " + allowed);
  }
}
