package org.dl4jext.datasets;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.datavec.api.records.reader.impl.csv.CSVRecordReader;
import org.datavec.api.split.InputStreamInputSplit;
import org.datavec.api.writable.Writable;

/**
 * The cells of a CSV file with header, read by DataVec, with the line each row stands in. Blank
 * lines are skipped, and so are lines before the header that begin with {@code #}.
 */
final class CsvTable {

  private static final char[] DELIMITERS = {',', ';', '\t', '|'};
  private static final int SAMPLE_LINES = 50;

  private final Path file;
  private final char delimiter;
  private final List<String> header;
  private final List<String[]> rows = new ArrayList<>();
  private final List<Long> lines = new ArrayList<>();

  /**
   * Reads the file.
   *
   * @param delimiter between cells; null detects comma, semicolon, tab or bar
   */
  CsvTable(Path file, Character delimiter) throws IOException {
    this.file = file;
    byte[] bytes = Files.readAllBytes(file);
    requireText(bytes);
    this.delimiter = delimiter == null ? detect(bytes) : delimiter;
    List<String> names = null;
    long line = 0;
    try (CSVRecordReader reader = new CSVRecordReader(0, this.delimiter, '"')) {
      reader.initialize(new InputStreamInputSplit(new ByteArrayInputStream(bytes)));
      while (reader.hasNext()) {
        line++;
        String[] cells = cells(reader.next());
        if (isBlank(cells) || (names == null && cells[0].startsWith("#"))) {
          continue;
        }
        if (names == null) {
          names = header(cells, line);
        } else {
          add(cells, names.size(), line);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (IllegalStateException | UnsupportedOperationException e) {
      throw CsvException.at(file, line, "cannot be split into cells (an open quote?)");
    } catch (RuntimeException e) {
      if (e.getCause() instanceof IOException) {
        throw CsvException.at(file, line, "cannot be split into cells (an open quote?)");
      }
      throw e;
    }
    if (names == null) {
      throw CsvException.of(file, "the file is empty; needed: a header line and rows of numbers");
    }
    if (rows.isEmpty()) {
      throw CsvException.of(file, "no rows after the header");
    }
    this.header = names;
  }

  private void requireText(byte[] bytes) {
    int control = 0;
    int looked = Math.min(bytes.length, 1 << 16);
    for (int i = 0; i < looked; i++) {
      byte b = bytes[i];
      if (b == 0) {
        throw CsvException.of(file, "not a text file (byte 0 at offset " + i + ")");
      }
      control += b > 0 && b < 32 && b != '\n' && b != '\r' && b != '\t' ? 1 : 0;
    }
    if (control > looked / 50) {
      throw CsvException.of(file, "not a text file (" + control + " control characters)");
    }
  }

  /** The delimiter that the most of the first lines share in their count of it, outside quotes. */
  private static char detect(byte[] bytes) {
    String start = new String(bytes, 0, Math.min(bytes.length, 1 << 16), StandardCharsets.UTF_8);
    List<String> lines =
        start.lines().filter(l -> !l.isBlank() && !l.startsWith("#")).limit(SAMPLE_LINES).toList();
    char best = ',';
    long bestScore = 0;
    for (char candidate : DELIMITERS) {
      int[] counts = lines.stream().mapToInt(l -> count(l, candidate)).toArray();
      long score = 0;
      for (int i = 0; i < counts.length; i++) {
        // A line cut off by the sample or a broken one must not decide.
        score += counts[i] > 0 && counts[i] == counts[0] ? 100 + Math.min(counts[i], 99) : 0;
      }
      if (score > bestScore) {
        bestScore = score;
        best = candidate;
      }
    }
    return best;
  }

  private static int count(String line, char delimiter) {
    boolean quoted = false;
    int count = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == delimiter && !quoted) {
        count++;
      }
    }
    return count;
  }

  private static String[] cells(List<Writable> record) {
    return record.stream().map(cell -> cell.toString().strip()).toArray(String[]::new);
  }

  private static boolean isBlank(String[] cells) {
    return cells.length == 0 || (cells.length == 1 && cells[0].isEmpty());
  }

  private List<String> header(String[] cells, long line) {
    List<String> names = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String cell : cells) {
      String name = cell.startsWith("\uFEFF") ? cell.substring(1) : cell;
      if (name.length() > 1 && name.startsWith("\"") && name.endsWith("\"")) {
        name = name.substring(1, name.length() - 1);
      }
      if (name.isEmpty()) {
        name = "column " + (names.size() + 1);
      }
      if (!seen.add(name)) {
        throw CsvException.at(file, line, name, "the header names this column twice");
      }
      names.add(name);
    }
    return List.copyOf(names);
  }

  private void add(String[] cells, int width, long line) {
    if (cells.length != width) {
      throw CsvException.at(
          file, line, cells.length + " cells; the header has " + width + " columns");
    }
    rows.add(cells);
    lines.add(line);
  }

  Path file() {
    return file;
  }

  char delimiter() {
    return delimiter;
  }

  List<String> header() {
    return header;
  }

  int rows() {
    return rows.size();
  }

  String cell(int row, int column) {
    return rows.get(row)[column];
  }

  long line(int row) {
    return lines.get(row);
  }

  /** The number of a column by its name. */
  int column(String name) {
    int index = header.indexOf(name);
    if (index < 0) {
      throw new NoSuchColumnException(file, name, header);
    }
    return index;
  }
}
