package org.dl4jext.datasets;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/** Recognises the column that holds the time of each row. */
final class TimeColumn {

  private static final Pattern TIME_NAME =
      Pattern.compile(
          ".*(date|time|year|month|week|day|hour|quarter|period|jahr|datum|zeit).*|ds|t|index"
              + "|column 1");

  private TimeColumn() {}

  /** The axis of the named column, which must hold dates or numbers. */
  static TimeAxis named(CsvTable table, String name) {
    int column = table.column(name);
    List<String> cells = cells(table, column);
    for (int row = 0; row < cells.size(); row++) {
      if (NumberCells.isMissing(cells.get(row))) {
        throw CsvException.at(table.file(), table.line(row), name, "no time");
      }
    }
    return dates(name, cells)
        .or(() -> numbers(table, name, cells))
        .orElseThrow(() -> badTime(table, name, cells));
  }

  private static CsvException badTime(CsvTable table, String name, List<String> cells) {
    int row = 0;
    if (dates(name, cells.subList(0, 1)).isPresent()) {
      int end = cells.size();
      int low = 1;
      while (low < end) {
        int middle = (low + end) >>> 1;
        if (dates(name, cells.subList(0, middle + 1)).isPresent()) {
          low = middle + 1;
        } else {
          end = middle;
        }
      }
      row = low;
    }
    String cell = cells.get(Math.min(row, cells.size() - 1));
    return CsvException.at(
        table.file(),
        table.line(Math.min(row, cells.size() - 1)),
        name,
        "'" + cell + "' is no time in the form of the others");
  }

  /** The first column that looks like a time, or empty. */
  static Optional<TimeAxis> detect(CsvTable table, List<String> taken) {
    for (int column = 0; column < table.header().size(); column++) {
      String name = table.header().get(column);
      List<String> cells = cells(table, column);
      if (taken.contains(name) || cells.stream().anyMatch(NumberCells::isMissing)) {
        continue;
      }
      boolean called = TIME_NAME.matcher(name.toLowerCase(Locale.ROOT)).matches();
      Optional<TimeAxis> dates = dates(name, cells).filter(a -> isTime(a, cells, called));
      if (dates.isPresent()) {
        return dates;
      }
      Optional<TimeAxis> numbers =
          called ? numbers(table, name, cells).filter(TimeColumn::increases) : Optional.empty();
      if (numbers.isPresent()) {
        return numbers;
      }
    }
    return Optional.empty();
  }

  /** Plain digits are dates only where the name says so or where they increase throughout. */
  private static boolean isTime(TimeAxis axis, List<String> cells, boolean called) {
    boolean digits = cells.get(0).chars().allMatch(Character::isDigit);
    return !digits || called || (cells.get(0).length() == 8 && increases(axis));
  }

  private static boolean increases(TimeAxis axis) {
    for (int row = 1; row < axis.size(); row++) {
      if (axis.position(row) <= axis.position(row - 1)) {
        return false;
      }
    }
    return true;
  }

  private static List<String> cells(CsvTable table, int column) {
    List<String> cells = new ArrayList<>(table.rows());
    for (int row = 0; row < table.rows(); row++) {
      cells.add(table.cell(row, column));
    }
    return cells;
  }

  private static Optional<TimeAxis> dates(String name, List<String> cells) {
    TimeAxis first = null;
    for (TimeFormat format : TimeFormat.known()) {
      Optional<LocalDateTime[]> dates = format.parseAll(cells);
      if (dates.isPresent()) {
        TimeAxis axis = TimeAxis.ofDates(name, cells, dates.get(), format);
        // Day and month may be told apart by their order only.
        if (!format.pattern().startsWith("M/d") || axis.size() < 2 || increases(axis)) {
          return Optional.of(axis);
        }
        first = first == null ? axis : first;
      }
    }
    return Optional.ofNullable(first);
  }

  private static Optional<TimeAxis> numbers(CsvTable table, String name, List<String> cells) {
    double[] numbers = new double[cells.size()];
    for (int i = 0; i < numbers.length; i++) {
      OptionalDouble number = NumberCells.parse(cells.get(i), table.delimiter());
      if (number.isEmpty()) {
        return Optional.empty();
      }
      numbers[i] = number.getAsDouble();
    }
    return Optional.of(TimeAxis.ofNumbers(name, cells, numbers));
  }
}
