package org.dl4jext.zoo.golden;

/**
 * A golden case that cannot be run as written: a file that is broken or missing, an operation, key,
 * value or array that no runner knows. Always a failure of the case, never a reason to skip it.
 */
public final class GoldenFormatException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public GoldenFormatException(String message) {
    super(message);
  }

  public GoldenFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
