package org.dl4jext.datasets;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Reads the traffic of one cell as {@code timestamp,value}: the layout into which the Milan data of
 * 2013-14 are brought for forecasting.
 *
 * <p>The timestamp is a number of milliseconds, in steps of ten minutes; rows may stand in any
 * order, and values of the same time (one for each country code in the original) are added. A first
 * line that does not start with a digit is a header. The data are not part of this library.
 */
public final class TelecomCsv {

  private static final long STEP_MILLIS = 600_000;

  private TelecomCsv() {}

  /**
   * The values in the order of time; a time without a row between two others is 0.
   *
   * @throws CsvException if a line is not two numbers, a time is off the grid, or there is no row
   * @throws IOException if the file cannot be read
   */
  public static double[] read(Path file) throws IOException {
    TreeMap<Long, Double> byTime = new TreeMap<>();
    try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
      Iterator<String> each = lines.iterator();
      for (int number = 1; each.hasNext(); number++) {
        String line = each.next().trim();
        boolean header = number == 1 && !line.isEmpty() && !Character.isDigit(line.charAt(0));
        if (!line.isEmpty() && !header) {
          add(byTime, line, file, number);
        }
      }
    }
    if (byTime.isEmpty()) {
      throw CsvException.of(file, "no row timestamp,value");
    }
    return grid(byTime, file);
  }

  private static void add(NavigableMap<Long, Double> byTime, String line, Path file, int number) {
    String[] cells = line.split(",", -1);
    try {
      if (cells.length == 2) {
        double value = Double.parseDouble(cells[1].trim());
        if (Double.isFinite(value)) {
          byTime.merge(Long.parseLong(cells[0].trim()), value, Double::sum);
          return;
        }
      }
    } catch (NumberFormatException e) {
      throw unusable(line, file, number);
    }
    throw unusable(line, file, number);
  }

  private static CsvException unusable(String line, Path file, int number) {
    return CsvException.at(file, number, "'" + line + "'; allowed: timestamp,value");
  }

  private static double[] grid(NavigableMap<Long, Double> byTime, Path file) {
    long first = byTime.firstKey();
    long steps = (byTime.lastKey() - first) / STEP_MILLIS + 1;
    if (steps > 100_000_000L) {
      throw CsvException.of(file, "spans " + steps + " steps of ten minutes");
    }
    double[] values = new double[(int) steps];
    for (Map.Entry<Long, Double> entry : byTime.entrySet()) {
      long distance = entry.getKey() - first;
      if (distance % STEP_MILLIS != 0) {
        throw CsvException.of(
            file,
            "timestamp "
                + entry.getKey()
                + " is not a multiple of ten minutes after the first, "
                + first);
      }
      values[(int) (distance / STEP_MILLIS)] = entry.getValue();
    }
    return values;
  }
}
