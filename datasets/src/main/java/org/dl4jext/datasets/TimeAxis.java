package org.dl4jext.datasets;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The times of the rows of a series: dates, plain increasing numbers, or row numbers. The step is
 * the commonest one; calendar months count as equal however long they are.
 */
public final class TimeAxis {

  /** The name where no column holds the times. */
  public static final String ROWS = "row";

  private final String name;
  private final List<String> labels;
  private final double[] positions;
  private final LocalDateTime[] dates;
  private final TimeFormat format;
  private final long stepMonths;
  private final double step;
  private final int irregular;
  private final int repeated;

  private TimeAxis(
      String name,
      List<String> labels,
      double[] positions,
      LocalDateTime[] dates,
      TimeFormat format) {
    this.name = name;
    this.labels = List.copyOf(labels);
    this.positions = positions;
    this.dates = dates;
    this.format = format;
    Mode byMonth = mode(months());
    Mode byLength = mode(differences(positions));
    boolean calendar = byMonth.value >= 1 && byMonth.count >= byLength.count;
    this.stepMonths = calendar ? Math.round(byMonth.value) : 0;
    this.step = byLength.value;
    this.irregular = positions.length - 1 - (calendar ? byMonth : byLength).count;
    int repeats = 0;
    for (double difference : differences(positions)) {
      repeats += difference == 0 ? 1 : 0;
    }
    this.repeated = repeats;
  }

  static TimeAxis ofDates(
      String name, List<String> labels, LocalDateTime[] dates, TimeFormat format) {
    double[] seconds = new double[dates.length];
    for (int i = 0; i < dates.length; i++) {
      seconds[i] = ChronoUnit.SECONDS.between(LocalDateTime.of(1970, 1, 1, 0, 0), dates[i]);
    }
    return new TimeAxis(name, labels, seconds, dates, format);
  }

  static TimeAxis ofNumbers(String name, List<String> labels, double[] numbers) {
    return new TimeAxis(name, labels, numbers, null, null);
  }

  /** Rows 1 to n. */
  static TimeAxis ofRows(int n) {
    double[] numbers = new double[n];
    String[] labels = new String[n];
    for (int i = 0; i < n; i++) {
      numbers[i] = i + 1;
      labels[i] = Integer.toString(i + 1);
    }
    return new TimeAxis(ROWS, List.of(labels), numbers, null, null);
  }

  /** The axis of some of the rows, in the given order. */
  TimeAxis rows(int[] rows) {
    List<String> chosen = Arrays.stream(rows).mapToObj(labels::get).toList();
    double[] places = Arrays.stream(rows).mapToDouble(row -> positions[row]).toArray();
    LocalDateTime[] days =
        dates == null
            ? null
            : Arrays.stream(rows).mapToObj(row -> dates[row]).toArray(LocalDateTime[]::new);
    return new TimeAxis(name, chosen, places, days, format);
  }

  private record Mode(double value, int count) {}

  private static double[] differences(double[] values) {
    double[] differences = new double[Math.max(0, values.length - 1)];
    for (int i = 0; i < differences.length; i++) {
      differences[i] = values[i + 1] - values[i];
    }
    return differences;
  }

  /** Whole months between neighbours that stand on one day of the month, else 0. */
  private double[] months() {
    double[] months = new double[dates == null ? 0 : Math.max(0, dates.length - 1)];
    for (int i = 0; i < months.length; i++) {
      LocalDateTime a = dates[i];
      LocalDateTime b = dates[i + 1];
      boolean sameDay =
          a.toLocalTime().equals(b.toLocalTime())
              && (a.getDayOfMonth() == b.getDayOfMonth() || (isMonthEnd(a) && isMonthEnd(b)));
      months[i] =
          sameDay ? 12.0 * (b.getYear() - a.getYear()) + b.getMonthValue() - a.getMonthValue() : 0;
    }
    return months;
  }

  private static boolean isMonthEnd(LocalDateTime date) {
    return date.plusDays(1).getDayOfMonth() == 1;
  }

  /** The commonest value, up to rounding. */
  private static Mode mode(double[] values) {
    Map<Double, Integer> counts = new HashMap<>();
    Mode best = new Mode(0, 0);
    for (double value : values) {
      double key = roundTo(value);
      int count = counts.merge(key, 1, Integer::sum);
      if (count > best.count) {
        best = new Mode(key, count);
      }
    }
    return best;
  }

  private static double roundTo(double value) {
    return new BigDecimal(value)
        .round(new MathContext(Math.abs(value) >= 1 ? 9 : 2, RoundingMode.HALF_EVEN))
        .doubleValue();
  }

  /** Name of the column, or "row". */
  public String name() {
    return name;
  }

  /** Number of rows. */
  public int size() {
    return positions.length;
  }

  /** The time of a row as the file writes it. */
  public String label(int row) {
    return labels.get(row);
  }

  /** Whether the times are dates. */
  public boolean isDates() {
    return dates != null;
  }

  /** Seconds since 1970 for dates, else the number itself. */
  public double position(int row) {
    return positions[row];
  }

  /** Steps between neighbours that differ from the commonest one. */
  public int irregularSteps() {
    return irregular;
  }

  /** Neighbours with the same time. */
  public int repeatedTimes() {
    return repeated;
  }

  /** The position a number of steps after the last row, as in {@link #position}. */
  public double positionAfter(int steps) {
    if (stepMonths > 0) {
      LocalDateTime last = dates[dates.length - 1];
      return positions[size() - 1] + Duration.between(last, dateAfter(steps)).toSeconds();
    }
    return positions[size() - 1] + steps * step;
  }

  /** The time a number of steps after the last row, written as the file does. */
  public String labelAfter(int steps) {
    if (dates == null) {
      double value = positions[size() - 1] + steps * step;
      return BigDecimal.valueOf(value)
          .setScale(6, RoundingMode.HALF_EVEN)
          .stripTrailingZeros()
          .toPlainString();
    }
    return format.format(dateAfter(steps), labels.get(size() - 1));
  }

  private LocalDateTime dateAfter(int steps) {
    LocalDateTime last = dates[dates.length - 1];
    if (stepMonths == 0) {
      return last.plusSeconds(Math.round(steps * step));
    }
    LocalDateTime date = last.plusMonths(steps * stepMonths);
    boolean ends = isMonthEnd(last) && isMonthEnd(dates[dates.length - 2]);
    return ends ? date.withDayOfMonth(date.toLocalDate().lengthOfMonth()) : date;
  }

  /** The step in words. */
  public String stepName() {
    if (dates == null) {
      return roundTo(step) + " in " + name;
    }
    if (stepMonths > 0) {
      return stepMonths % 12 == 0 ? count(stepMonths / 12, "year") : count(stepMonths, "month");
    }
    if (step % 604800 == 0) {
      return count(Math.round(step / 604800), "week");
    }
    if (step % 86400 == 0) {
      return count(Math.round(step / 86400), "day");
    }
    return step % 3600 == 0
        ? count(Math.round(step / 3600), "hour")
        : count(Math.round(step), "second");
  }

  private static String count(long n, String unit) {
    return n == 1 ? "1 " + unit : String.format(Locale.ROOT, "%d %ss", n, unit);
  }
}
