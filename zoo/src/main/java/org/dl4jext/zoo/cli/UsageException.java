package org.dl4jext.zoo.cli;

/**
 * The command was called in a way that cannot work: a missing file or column, a value out of range.
 * Ends the command with exit code 2. The message says what was received and what is allowed.
 */
public final class UsageException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public UsageException(String message) {
    super(message);
  }

  public UsageException(String message, Throwable cause) {
    super(message, cause);
  }
}
