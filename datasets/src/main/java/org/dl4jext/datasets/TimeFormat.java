package org.dl4jext.datasets;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A way to write dates in a table.
 *
 * @param pattern as in {@link DateTimeFormatter}, parts in brackets are optional
 * @param numeric whether its dates look like plain numbers
 */
record TimeFormat(String pattern, boolean numeric) {

  private static final String CLOCK = "[['T'][' ']HH:mm[:ss[.SSSSSS][.SSS]]]";

  /** Z, or hours and minutes from UTC. */
  private static final String OFFSET = "[XXX]";

  private static final List<TimeFormat> KNOWN =
      List.of(
          new TimeFormat("uuuu-MM-dd" + CLOCK + OFFSET, false),
          new TimeFormat("uuuu/M/d" + CLOCK, false),
          new TimeFormat("uuuu.M.d" + CLOCK, false),
          new TimeFormat("uuuuMMdd", true),
          new TimeFormat("uuuuMMddHHmmss", true),
          new TimeFormat("uuuuMMddHHmm", true),
          new TimeFormat("uuuuMMdd'T'HHmmss", false),
          new TimeFormat("d.M.uuuu" + CLOCK, false),
          new TimeFormat("M/d/uuuu" + CLOCK, false),
          new TimeFormat("d/M/uuuu" + CLOCK, false),
          new TimeFormat("d-M-uuuu" + CLOCK, false),
          new TimeFormat("uuuu-M", false),
          new TimeFormat("uuuu/M", false),
          new TimeFormat("M/uuuu", false),
          new TimeFormat("MMM d[,] uuuu", false),
          new TimeFormat("MMMM d[,] uuuu", false),
          new TimeFormat("d MMM uuuu", false),
          new TimeFormat("d-MMM-uuuu", false),
          new TimeFormat("MMM[ ][-]uuuu", false),
          new TimeFormat("uuuu[ ][-]MMM", false),
          new TimeFormat("uuuu[ ][-]'Q'q", false),
          new TimeFormat("uuuuMM", true));

  static List<TimeFormat> known() {
    return KNOWN;
  }

  private DateTimeFormatter formatter() {
    DateTimeFormatterBuilder builder =
        new DateTimeFormatterBuilder().parseCaseInsensitive().appendPattern(pattern);
    if (pattern.contains("q")) {
      builder.parseDefaulting(IsoFields.DAY_OF_QUARTER, 1);
    } else if (!pattern.contains("d")) {
      builder.parseDefaulting(ChronoField.DAY_OF_MONTH, 1);
    }
    return builder
        .parseDefaulting(ChronoField.HOUR_OF_DAY, 0)
        .parseDefaulting(ChronoField.MINUTE_OF_HOUR, 0)
        .toFormatter(Locale.ENGLISH)
        .withResolverStyle(ResolverStyle.STRICT);
  }

  /** The dates of all cells, or empty where one does not have this form. */
  Optional<LocalDateTime[]> parseAll(List<String> cells) {
    DateTimeFormatter formatter = formatter();
    LocalDateTime[] dates = new LocalDateTime[cells.size()];
    for (int i = 0; i < dates.length; i++) {
      if (numeric && cells.get(i).length() != pattern.length()) {
        return Optional.empty();
      }
      try {
        dates[i] = LocalDateTime.parse(cells.get(i), formatter);
      } catch (DateTimeException e) {
        return Optional.empty();
      }
    }
    return Optional.of(dates);
  }

  /** Writes a date the way the example cell is written. */
  String format(LocalDateTime date, String example) {
    String plain =
        switch (pattern.replace(CLOCK, "").replace(OFFSET, "")) {
          case "MMM[ ][-]uuuu" ->
              example.contains("-") ? "MMM-uuuu" : example.contains(" ") ? "MMM uuuu" : "MMMuuuu";
          case "uuuu[ ][-]MMM" ->
              example.contains("-") ? "uuuu-MMM" : example.contains(" ") ? "uuuu MMM" : "uuuuMMM";
          case "uuuu[ ][-]'Q'q" ->
              example.contains("-")
                  ? "uuuu-'Q'q"
                  : example.contains(" ") ? "uuuu 'Q'q" : "uuuu'Q'q";
          case "MMM d[,] uuuu" -> example.contains(",") ? "MMM d, uuuu" : "MMM d uuuu";
          case "MMMM d[,] uuuu" -> example.contains(",") ? "MMMM d, uuuu" : "MMMM d uuuu";
          default -> pattern.replace(CLOCK, "").replace(OFFSET, "");
        };
    if (pattern.contains(CLOCK) && example.contains(":")) {
      boolean seconds = example.indexOf(':') != example.lastIndexOf(':');
      plain += (example.contains("T") ? "'T'" : "' '") + (seconds ? "HH:mm:ss" : "HH:mm");
    }
    return DateTimeFormatter.ofPattern(plain, Locale.ENGLISH).format(date);
  }
}
