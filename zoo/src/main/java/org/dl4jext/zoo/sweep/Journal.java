package org.dl4jext.zoo.sweep;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * The append-only journal of a sweep, JSON lines: first what the sweep is, then each finished
 * training. Every line is on the disk before the next training starts; a line that a kill has cut
 * off is dropped when the journal is opened again. Calls are serialised.
 */
public final class Journal implements AutoCloseable {

  /** Its name in the folder of a sweep. */
  public static final String FILE = "journal.jsonl";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final FileChannel channel;
  private final Header header;
  private final List<JournalEntry> entries;

  /**
   * The first line.
   *
   * @param source the space
   * @param seed of the search
   * @param candidates how many there are to be
   * @param created milliseconds since 1970
   */
  public record Header(SweepPlan.Source source, long seed, int candidates, long created) {}

  private Journal(FileChannel channel, Header header, List<JournalEntry> entries) {
    this.channel = channel;
    this.header = header;
    this.entries = entries;
  }

  /** Whether a folder has a journal with a whole first line. */
  public static boolean exists(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    return Files.exists(file) && Files.readString(file).indexOf('\n') >= 0;
  }

  /** Starts a journal. */
  static Journal create(Path folder, Header header) throws IOException {
    FileChannel channel =
        lock(
            FileChannel.open(
                folder.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE));
    channel.truncate(0);
    Journal journal = new Journal(channel, header, new ArrayList<>());
    journal.write(header);
    return journal;
  }

  /**
   * Opens a journal to go on with it.
   *
   * @throws IOException if it cannot be read, or another process writes to it
   */
  static Journal open(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    FileChannel channel = lock(FileChannel.open(file, StandardOpenOption.WRITE));
    String text = Files.readString(file);
    String whole = text.substring(0, text.lastIndexOf('\n') + 1);
    channel.truncate(whole.getBytes(StandardCharsets.UTF_8).length);
    channel.position(channel.size());
    return new Journal(channel, header(file, whole), new ArrayList<>(entries(file, whole)));
  }

  private static FileChannel lock(FileChannel channel) throws IOException {
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // The same as a lock of another process.
    }
    channel.close();
    throw new IOException("another sweep is writing to this folder");
  }

  /** What the sweep of a folder is. */
  public static Header readHeader(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    return header(file, Files.readString(file));
  }

  /** The finished trainings of a folder. */
  public static List<JournalEntry> readEntries(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    String text = Files.readString(file);
    return entries(file, text.substring(0, text.lastIndexOf('\n') + 1));
  }

  private static Header header(Path file, String text) throws IOException {
    return parse(file, 1, text.lines().findFirst().orElse(""), Header.class);
  }

  private static List<JournalEntry> entries(Path file, String text) throws IOException {
    List<String> lines = text.lines().toList();
    List<JournalEntry> entries = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      entries.add(parse(file, i + 1, lines.get(i), JournalEntry.class));
    }
    return entries;
  }

  private static <T> T parse(Path file, int line, String text, Class<T> type) throws IOException {
    try {
      return JSON.readValue(text, type);
    } catch (JsonProcessingException e) {
      throw new IOException(file + ":" + line + ": not a line of a journal", e);
    }
  }

  Header header() {
    return header;
  }

  synchronized List<JournalEntry> entries() {
    return List.copyOf(entries);
  }

  synchronized void append(JournalEntry entry) throws IOException {
    write(entry);
    entries.add(entry);
  }

  private void write(Object line) throws IOException {
    byte[] bytes = (JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8);
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    channel.force(true);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
