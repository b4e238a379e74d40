package org.dl4jext.zoo.models;

import java.io.IOException;

/** A place refuses a file, and would do so again. */
public final class SourceException extends IOException {

  private static final long serialVersionUID = 1L;

  SourceException(String message) {
    super(message);
  }
}
