package org.dl4jext.datasets;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Reads time series from CSV files with a header.
 *
 * <ul>
 *   <li>Cells: quotes, thousands in quotes, decimal commas where the delimiter is another
 *       character.
 *   <li>Missing values (empty, NA, NaN, null, -, ?) carry the last value before them forward; rows
 *       before the first value of every chosen column are dropped. Both are reported.
 *   <li>Times: ISO dates with or without clock, yyyyMMdd, day and month in several orders, months,
 *       quarters, years, increasing numbers. Rows are sorted by time; unequal steps are reported.
 *   <li>Without targets, the last numeric column is the target.
 * </ul>
 */
public final class TimeSeriesCsv {

  private final CsvTable table;
  private final Columns columns;
  private final List<String> notices = new ArrayList<>();

  /**
   * Which columns to read.
   *
   * @param targets columns to forecast; empty for the last numeric column
   * @param covariates further numeric columns
   * @param time column of the times; null to look for one
   * @param delimiter between cells; null to detect it
   */
  public record Columns(
      List<String> targets, List<String> covariates, String time, Character delimiter) {

    public Columns {
      targets = List.copyOf(targets);
      covariates = List.copyOf(covariates);
    }

    /** Everything from the file itself. */
    public static Columns detected() {
      return new Columns(List.of(), List.of(), null, null);
    }
  }

  private TimeSeriesCsv(CsvTable table, Columns columns) {
    this.table = table;
    this.columns = columns;
  }

  /**
   * Reads a file.
   *
   * @throws NoSuchColumnException where a named column does not exist
   * @throws CsvException where the content cannot be used
   * @throws IllegalArgumentException where a column is named twice
   */
  public static TimeSeries read(Path file, Columns columns) throws IOException {
    return new TimeSeriesCsv(new CsvTable(file, columns.delimiter()), columns).series();
  }

  private TimeSeries series() {
    requireColumns();
    if (table.header().stream()
        .allMatch(name -> NumberCells.parse(name, table.delimiter()).isPresent())) {
      notices.add("the header holds numbers only: is the first line data?");
    }
    Optional<TimeAxis> found =
        columns.time() != null
            ? Optional.of(TimeColumn.named(table, columns.time()))
            : TimeColumn.detect(table, chosen());
    List<String> targets =
        columns.targets().isEmpty()
            ? List.of(lastNumeric(found.map(TimeAxis::name).orElse(null)))
            : columns.targets();
    List<String> names = new ArrayList<>(targets);
    names.addAll(columns.covariates());
    Integer[] order = order(found);
    int n = order.length;
    double[][] values = new double[names.size()][n];
    boolean[][] observed = new boolean[names.size()][n];
    for (int c = 0; c < values.length; c++) {
      parse(names.get(c), order, values[c], observed[c]);
    }
    int start = 0;
    for (int c = 0; c < values.length; c++) {
      int first = 0;
      while (!observed[c][first]) {
        first++;
      }
      start = Math.max(start, first);
    }
    if (start > 0) {
      notices.add("the first " + start + " rows are dropped: not every column has a value yet");
    }
    for (int c = 0; c < values.length; c++) {
      carryForward(names.get(c), values[c], observed[c], start);
      values[c] = Arrays.copyOfRange(values[c], start, n);
      observed[c] = Arrays.copyOfRange(observed[c], start, n);
    }
    TimeAxis time = axis(found, order, start);
    return new TimeSeries(targets, columns.covariates(), values, observed, time, notices);
  }

  private List<String> chosen() {
    List<String> chosen = new ArrayList<>(columns.targets());
    chosen.addAll(columns.covariates());
    return chosen;
  }

  private void requireColumns() {
    Set<String> seen = new LinkedHashSet<>();
    if (columns.time() != null) {
      table.column(columns.time());
      seen.add(columns.time());
    }
    for (String name : chosen()) {
      table.column(name);
      if (!seen.add(name)) {
        throw new IllegalArgumentException("column '" + name + "' is named twice");
      }
    }
  }

  /** The last column with more numbers than other text, the time aside. */
  private String lastNumeric(String time) {
    for (int c = table.header().size() - 1; c >= 0; c--) {
      String name = table.header().get(c);
      if (name.equals(time) || columns.covariates().contains(name)) {
        continue;
      }
      int numbers = 0;
      int texts = 0;
      for (int row = 0; row < table.rows(); row++) {
        String cell = table.cell(row, c);
        if (!NumberCells.isMissing(cell)) {
          if (NumberCells.parse(cell, table.delimiter()).isPresent()) {
            numbers++;
          } else {
            texts++;
          }
        }
      }
      if (numbers > texts) {
        if (table.header().size() > (time == null ? 1 : 2)) {
          notices.add("target is the last numeric column, '" + name + "' (--target chooses)");
        }
        return name;
      }
    }
    String beside = time == null ? "" : " beside the time '" + time + "'";
    throw CsvException.of(table.file(), "no column holds numbers" + beside);
  }

  /** Row numbers in the order of time. */
  private Integer[] order(Optional<TimeAxis> found) {
    Integer[] order = IntStream.range(0, table.rows()).boxed().toArray(Integer[]::new);
    if (found.isPresent()) {
      TimeAxis axis = found.get();
      boolean sorted = true;
      for (int row = 1; row < order.length; row++) {
        sorted &= axis.position(row) >= axis.position(row - 1);
      }
      if (!sorted) {
        Arrays.sort(order, Comparator.comparingDouble(axis::position));
        notices.add("the rows are sorted by '" + axis.name() + "'");
      }
    }
    return order;
  }

  private void parse(String name, Integer[] order, double[] values, boolean[] observed) {
    int column = table.column(name);
    boolean any = false;
    for (int row = 0; row < order.length; row++) {
      String cell = table.cell(order[row], column);
      if (NumberCells.isMissing(cell)) {
        continue;
      }
      OptionalDouble value = NumberCells.parse(cell, table.delimiter());
      if (value.isEmpty()) {
        throw CsvException.at(
            table.file(), table.line(order[row]), name, "'" + cell + "' is not a number");
      }
      values[row] = value.getAsDouble();
      observed[row] = true;
      any = true;
    }
    if (!any) {
      throw CsvException.of(table.file(), "column '" + name + "' holds no value");
    }
  }

  private void carryForward(String name, double[] values, boolean[] observed, int start) {
    int filled = 0;
    int longest = 0;
    int run = 0;
    for (int row = 1; row < values.length; row++) {
      if (observed[row]) {
        run = 0;
      } else {
        values[row] = values[row - 1];
        if (row >= start) {
          filled++;
          longest = Math.max(longest, ++run);
        }
      }
    }
    if (filled > 0) {
      notices.add(
          filled
              + " missing values of '"
              + name
              + "' carry the last value before them forward (at most "
              + longest
              + " in a row); no error counts them");
    }
  }

  private TimeAxis axis(Optional<TimeAxis> found, Integer[] order, int start) {
    if (found.isEmpty()) {
      notices.add("no column looks like a time; rows count as equal steps");
      return TimeAxis.ofRows(order.length - start);
    }
    int[] rows = Arrays.stream(order).skip(start).mapToInt(Integer::intValue).toArray();
    TimeAxis axis = found.get().rows(rows);
    if (axis.repeatedTimes() > 0) {
      notices.add(
          axis.repeatedTimes() + " rows repeat a time of '" + axis.name() + "': several series?");
    } else if (axis.irregularSteps() > 0) {
      notices.add(
          axis.irregularSteps()
              + " of "
              + (axis.size() - 1)
              + " steps in '"
              + axis.name()
              + "' are not "
              + axis.stepName()
              + "; rows count as equal steps");
    }
    return axis;
  }
}
