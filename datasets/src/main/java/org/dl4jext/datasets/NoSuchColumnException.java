package org.dl4jext.datasets;

import java.nio.file.Path;
import java.util.List;

/** A column was asked for that the file does not have; the message lists those that it has. */
public final class NoSuchColumnException extends RuntimeException {

  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 20;

  NoSuchColumnException(Path file, String column, List<String> columns) {
    super(
        file
            + ": no column '"
            + column
            + "'; columns: "
            + String.join(", ", columns.subList(0, Math.min(SHOWN, columns.size())))
            + (columns.size() > SHOWN ? ", .." : ""));
  }
}
