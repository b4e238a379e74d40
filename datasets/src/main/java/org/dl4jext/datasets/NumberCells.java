package org.dl4jext.datasets;

import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Numbers as they are written in tables. The decimal mark is the point; in files whose delimiter is
 * not the comma, a comma is one too. In comma-delimited files a comma inside a quoted number groups
 * thousands.
 */
final class NumberCells {

  private static final Set<String> MISSING =
      Set.of("", "na", "n/a", "nan", "null", "none", "nil", "-", "--", "?", ".", "#n/a", "missing");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?");
  private static final Pattern GROUPED = Pattern.compile("[+-]?\\d{1,3}(,\\d{3})+(\\.\\d*)?");

  private NumberCells() {}

  static boolean isMissing(String cell) {
    return MISSING.contains(cell.toLowerCase(Locale.ROOT));
  }

  /** The finite number of a cell, or empty where it is none. */
  static OptionalDouble parse(String cell, char delimiter) {
    String text = cell;
    if (text.indexOf(',') >= 0) {
      if (delimiter != ',') {
        text = text.replace(',', '.');
      } else if (GROUPED.matcher(text).matches()) {
        text = text.replace(",", "");
      }
    }
    if (!NUMBER.matcher(text).matches()) {
      return OptionalDouble.empty();
    }
    double value = Double.parseDouble(text);
    return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
  }
}
