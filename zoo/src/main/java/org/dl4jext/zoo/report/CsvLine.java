package org.dl4jext.zoo.report;

import java.util.ArrayList;
import java.util.List;

/** Lines of a CSV file. */
public final class CsvLine {

  private CsvLine() {}

  /** A line with its end; cells are quoted where RFC 4180 asks for it, and empty for null. */
  public static String of(List<?> cells) {
    List<String> texts = new ArrayList<>();
    for (Object cell : cells) {
      String text = cell == null ? "" : cell.toString();
      boolean plain = text.matches("[^,\"\\r\\n]*");
      texts.add(plain ? text : '"' + text.replace("\"", "\"\"") + '"');
    }
    return String.join(",", texts) + "\n";
  }
}
