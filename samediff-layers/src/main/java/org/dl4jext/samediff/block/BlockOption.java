package org.dl4jext.samediff.block;

/** Checks of options that several specs have. */
final class BlockOption {

  private BlockOption() {}

  static void requireEps(String spec, double eps) {
    if (!(eps > 0 && eps <= 1)) {
      throw invalid(spec, "eps", eps, "above 0, at most 1");
    }
  }

  static void requireIn(String spec, String option, long value, long low, long high) {
    if (value < low || value > high) {
      throw invalid(spec, option, value, low + " to " + high);
    }
  }

  static IllegalArgumentException invalid(
      String spec, String option, Object value, String allowed) {
    return new IllegalArgumentException(
        spec + ": " + option + " is " + value + "; allowed: " + allowed);
  }
}
