package org.dl4jext.zoo.sweep;

/** Checks of the values of parameters and settings. */
final class SweepValues {

  private SweepValues() {}

  /** A whole number from {@code low} to {@code high}. */
  static int whole(String name, Object value, int low, int high) {
    if (value instanceof Integer number && number >= low && number <= high) {
      return number;
    }
    throw invalid(name, value, "whole numbers from " + low + " to " + high);
  }

  /** A number above {@code low} and at most {@code high}. */
  static double number(String name, Object value, double low, double high) {
    if (value instanceof Number given) {
      double number = given.doubleValue();
      if (number > low && number <= high) {
        return number;
      }
    }
    throw invalid(name, value, "numbers above " + low + ", at most " + high);
  }

  /** True or false. */
  static boolean truth(String name, Object value) {
    if (value instanceof Boolean truth) {
      return truth;
    }
    throw invalid(name, value, "true and false");
  }

  private static IllegalArgumentException invalid(String name, Object value, String allowed) {
    return new IllegalArgumentException(name + " is " + value + "; allowed: " + allowed);
  }
}
