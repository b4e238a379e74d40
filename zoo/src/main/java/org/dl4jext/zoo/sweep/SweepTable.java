package org.dl4jext.zoo.sweep;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.dl4jext.zoo.report.CsvLine;
import org.dl4jext.zoo.sweep.JournalEntry.Status;

/** The trainings of a sweep as rows, the best first. */
public final class SweepTable {

  private final List<JournalEntry> sorted;
  private final List<String> parameters;

  /** Rows for some trainings; failures come last. */
  public SweepTable(List<JournalEntry> entries, boolean minimize) {
    Comparator<JournalEntry> byScore =
        Comparator.comparingDouble(entry -> minimize ? entry.score() : -entry.score());
    sorted = new ArrayList<>(entries);
    sorted.sort(
        Comparator.comparing((JournalEntry entry) -> entry.score() == null)
            .thenComparing((a, b) -> a.score() == null ? 0 : byScore.compare(a, b))
            .thenComparing(JournalEntry::candidate));
    Set<String> names = new LinkedHashSet<>();
    entries.forEach(entry -> names.addAll(entry.parameters().keySet()));
    parameters = List.copyOf(names);
  }

  /** Names of the parameters. */
  List<String> parameters() {
    return parameters;
  }

  /** At most so many rows after a header, for reading. */
  public List<List<String>> rows(int most) {
    List<String> header = new ArrayList<>(List.of("candidate", "score", "share", "s"));
    header.addAll(parameters);
    List<List<String>> rows = new ArrayList<>(List.of(header));
    for (JournalEntry entry : sorted.subList(0, Math.min(most, sorted.size()))) {
      List<String> row = new ArrayList<>();
      row.add(String.valueOf(entry.candidate()));
      row.add(
          entry.score() == null
              ? Status.FAILED.name().toLowerCase(Locale.ROOT)
              : String.format(Locale.ROOT, "%.4f", entry.score()));
      row.add(String.format(Locale.ROOT, "%.3g", entry.share()));
      row.add(String.format(Locale.ROOT, "%.1f", entry.seconds()));
      parameters.forEach(name -> row.add(shown(entry.parameters().get(name))));
      rows.add(row);
    }
    return rows;
  }

  private static String shown(Object value) {
    if (value == null) {
      return "-";
    }
    return value instanceof Double number
        ? String.format(Locale.ROOT, "%.4g", number)
        : String.valueOf(value);
  }

  /** All rows with all digits, as a CSV file. */
  String csv() {
    List<String> header =
        new ArrayList<>(
            List.of("candidate", "status", "score", "share", "steps", "seconds", "seed"));
    header.addAll(parameters);
    header.add("failure");
    StringBuilder text = new StringBuilder(CsvLine.of(header));
    for (JournalEntry entry : sorted) {
      List<Object> row = new ArrayList<>();
      row.add(entry.candidate());
      row.add(entry.status());
      row.add(entry.score());
      row.add(entry.share());
      row.add(entry.steps());
      row.add(entry.seconds());
      row.add(entry.seed());
      parameters.forEach(name -> row.add(entry.parameters().get(name)));
      row.add(entry.failure());
      text.append(CsvLine.of(row));
    }
    return text.toString();
  }
}
