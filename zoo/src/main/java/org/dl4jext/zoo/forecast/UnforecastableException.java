package org.dl4jext.zoo.forecast;

/** The values of a series cannot be forecast: too few rows, or a column that never changes. */
public final class UnforecastableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnforecastableException(String message) {
    super(message);
  }
}
