package org.dl4jext.zoo.models;

import java.io.IOException;

/** Says in one line why a file is not a model that can be read. */
public final class ModelFileException extends IOException {

  private static final long serialVersionUID = 1L;

  ModelFileException(String message) {
    super(message);
  }

  ModelFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
