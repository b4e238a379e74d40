package org.dl4jext.datasets;

import java.nio.file.Path;

/** The content of a CSV file cannot be used; the message names file, line and column. */
public final class CsvException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private CsvException(String message) {
    super(message);
  }

  static CsvException of(Path file, String what) {
    return new CsvException(file + ": " + what);
  }

  static CsvException at(Path file, long line, String what) {
    return new CsvException(file + ": line " + line + ": " + what);
  }

  static CsvException at(Path file, long line, String column, String what) {
    return new CsvException(file + ": line " + line + ", column '" + column + "': " + what);
  }
}
