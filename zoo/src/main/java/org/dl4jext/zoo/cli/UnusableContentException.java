package org.dl4jext.zoo.cli;

/**
 * The content of a file cannot be used: garbage, too short, the wrong format. Ends the command with
 * exit code 1. The message names the file and, where there is one, the line and the column.
 */
public final class UnusableContentException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public UnusableContentException(String message) {
    super(message);
  }

  public UnusableContentException(String message, Throwable cause) {
    super(message, cause);
  }
}
