package org.dl4jext.zoo.shipped;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.dl4jext.datasets.Digits;

/** Measured data in the jar, for models whose data cannot be drawn from a seed. */
public final class BundledData {

  private static final String FOLDER = "/org/dl4jext/zoo/data/";
  private static final double DIGITS_TRAIN_SHARE = 0.8;
  private static final long DIGITS_SPLIT_SEED = 7;

  private BundledData() {}

  /** Reads a file. */
  @FunctionalInterface
  interface Reader<T> {
    T read(Path file) throws IOException;
  }

  /** Handwritten digits, four fifths of them for training; the split is always the same. */
  public static Digits digits() {
    return read("digits.csv.gz", file -> Digits.read(file, DIGITS_TRAIN_SHARE, DIGITS_SPLIT_SEED));
  }

  /** What a reader of files makes of a resource. */
  static <T> T read(String name, Reader<T> reader) {
    try (InputStream in = BundledData.class.getResourceAsStream(FOLDER + name)) {
      if (in == null) {
        throw new IOException(name + " is not in the jar");
      }
      Path file = Files.createTempFile("bundled", name);
      try {
        Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        return reader.read(file);
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
