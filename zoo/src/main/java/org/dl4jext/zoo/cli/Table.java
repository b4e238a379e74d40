package org.dl4jext.zoo.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Rows of text in aligned columns: words to the left, numbers to the right. */
public final class Table {

  private static final String GAP = "  ";
  private static final String DOTS = "...";

  private final List<List<String>> rows = new ArrayList<>();
  private final int columns;

  public Table(String... header) {
    columns = header.length;
    rows.add(List.of(header));
  }

  /**
   * Appends a row.
   *
   * @throws IllegalArgumentException if it has more or fewer cells than the header
   */
  public Table row(Object... cells) {
    if (cells.length != columns) {
      throw new IllegalArgumentException(
          "a row of " + cells.length + " cells in a table of " + columns + " columns");
    }
    List<String> row = new ArrayList<>();
    for (Object cell : cells) {
      row.add(String.valueOf(cell));
    }
    rows.add(row);
    return this;
  }

  /** Text on one line, with dots for what makes it longer than this many characters. */
  static String cut(String text, int longest) {
    String line = text.replaceAll("\\s+", " ");
    return line.length() <= longest ? line : line.substring(0, longest - DOTS.length()) + DOTS;
  }

  /** Header and rows. */
  public List<List<String>> rows() {
    return List.copyOf(rows);
  }

  /** Prints header and rows; no line has trailing blanks. */
  public void print(PrintWriter out) {
    int[] widths = new int[columns];
    boolean[] numeric = new boolean[columns];
    for (int c = 0; c < columns; c++) {
      numeric[c] = rows.size() > 1;
      for (int r = 0; r < rows.size(); r++) {
        String cell = rows.get(r).get(c);
        widths[c] = Math.max(widths[c], cell.length());
        numeric[c] &= r == 0 || cell.equals("-") || cell.matches("[-+]?[0-9].*");
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < columns; c++) {
        String blanks = " ".repeat(widths[c] - row.get(c).length());
        line.append(c == 0 ? "" : GAP);
        line.append(numeric[c] ? blanks + row.get(c) : row.get(c) + blanks);
      }
      out.println(line.toString().stripTrailing());
    }
  }
}
