package org.dl4jext.zoo.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The files of a run: each is written under a temporary name, and all are moved to their own when
 * every one is there.
 */
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
    Map<String, Path> temporary = new LinkedHashMap<>();
    Map<String, Path> files = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, Content> entry : contents.entrySet()) {
        Path file = Files.createTempFile(folder, ".", entry.getKey());
        temporary.put(entry.getKey(), file);
        entry.getValue().write(file);
        makeReadable(file);
      }
      for (Map.Entry<String, Path> entry : temporary.entrySet()) {
        Path file = folder.resolve(entry.getKey());
        Files.move(
            entry.getValue(),
            file,
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
        files.put(entry.getKey(), file);
      }
    } finally {
      for (Path file : temporary.values()) {
        Files.deleteIfExists(file);
      }
      if (files.isEmpty() && !existed) {
        Files.deleteIfExists(folder);
      }
    }
    return files;
  }

  /** Temporary files are made for their owner only. */
  private static void makeReadable(Path file) throws IOException {
    if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }
  }
}
