package org.dl4jext.zoo.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.dl4jext.zoo.files.WholeFiles;

/** The files of a run, which appear together; a folder that was made for them goes if they fail. */
public final class OutputFolder {

  private final Path folder;
  private final Map<String, Content> contents = new LinkedHashMap<>();

  /** What a file holds. */
  @FunctionalInterface
  public interface Content {
    /** Writes it to a file that exists and is empty. */
    void write(Path file) throws IOException;
  }

  public OutputFolder(Path folder) {
    this.folder = folder;
  }

  /** Adds a file, to be written later. */
  public OutputFolder add(String name, Content content) {
    contents.put(name, content);
    return this;
  }

  /**
   * Writes all files, and where that fails none.
   *
   * @return the files by name
   */
  public Map<String, Path> write() throws IOException {
    boolean existed = Files.isDirectory(folder);
    Files.createDirectories(folder);
    Map<String, Path> files = new LinkedHashMap<>();
    boolean done = false;
    try (WholeFiles whole = new WholeFiles()) {
      for (Map.Entry<String, Content> entry : contents.entrySet()) {
        Path file = folder.resolve(entry.getKey());
        entry.getValue().write(whole.temporaryFor(file));
        files.put(entry.getKey(), file);
      }
      whole.publish();
      done = true;
    } finally {
      if (!done && !existed) {
        Files.deleteIfExists(folder);
      }
    }
    return files;
  }
}
