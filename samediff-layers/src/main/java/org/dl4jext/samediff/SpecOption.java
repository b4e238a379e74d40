package org.dl4jext.samediff;

/** Checks of options; messages name the spec, the option, its value and what is allowed. */
public final class SpecOption {

  private SpecOption() {}

  /** Refuses a number outside {@code low} to {@code high}. */
  public static void requireIn(String spec, String option, long value, long low, long high) {
    if (value < low || value > high) {
      throw invalid(spec, option, value, low + " to " + high);
    }
  }

  /** Refuses a number outside 0 to 1, and NaN. */
  public static void requireEps(String spec, String option, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw invalid(spec, option, value, "0 to 1");
    }
  }

  /** Refuses 0 as well. */
  public static void requirePositiveEps(String spec, String option, double value) {
    if (!(value > 0 && value <= 1)) {
      throw invalid(spec, option, value, "above 0, at most 1");
    }
  }

  /** Refuses null. */
  public static void requireGiven(String spec, String option, Object value) {
    if (value == null) {
      throw invalid(spec, option, null, "not null");
    }
  }

  /** The exception for a value that is not allowed. */
  public static IllegalArgumentException invalid(
      String spec, String option, Object value, String allowed) {
    return new IllegalArgumentException(
        spec + ": " + option + " is " + value + "; allowed: " + allowed);
  }
}
