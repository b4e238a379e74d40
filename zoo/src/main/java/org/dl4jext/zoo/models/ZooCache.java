package org.dl4jext.zoo.models;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.function.LongConsumer;

/**
 * A folder of model files, each of which has the hash that its manifest says. Several processes may
 * use one folder at once.
 */
public final class ZooCache {

  /** System property with the folder. */
  public static final String PROPERTY = "org.dl4jext.zoo.cache";

  /** Whether a model is in the folder. */
  public enum State {
    /** There is no file. */
    MISSING,
    /** The file is another one than the manifest's. */
    DAMAGED,
    /** The file is the manifest's. */
    VERIFIED
  }

  private static final int ATTEMPTS = 4;
  private static final String PART = ".part";

  private final Path folder;
  private final Duration wait;

  /**
   * A cache.
   *
   * @param folder made when it is needed
   * @param wait before the second attempt to get a file; doubled for each further one
   */
  public ZooCache(Path folder, Duration wait) {
    this.folder = folder;
    this.wait = wait;
  }

  /**
   * The folder of the user: the system property {@value #PROPERTY}, or {@code dl4jext/zoo} in
   * {@code $XDG_CACHE_HOME} or {@code ~/.cache}.
   */
  public static Path defaultFolder() {
    String chosen = System.getProperty(PROPERTY);
    if (chosen != null) {
      return Path.of(chosen);
    }
    String caches = System.getenv("XDG_CACHE_HOME");
    Path base =
        caches == null || caches.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(caches);
    return base.resolve("dl4jext").resolve("zoo");
  }

  /** Where the file of a model is, or would be. */
  public Path path(ZooEntry model) {
    return folder.resolve(model.file());
  }

  /** Compares the file of a model with its size and hash. */
  public State state(ZooEntry model) throws IOException {
    Path file = path(model);
    if (!Files.exists(file)) {
      return State.MISSING;
    }
    return Files.size(file) == model.bytes() && sha256(file).equals(model.sha256())
        ? State.VERIFIED
        : State.DAMAGED;
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest = Seal.sha256();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[1 << 16];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * Gets the file of a model unless it is there already. What an earlier attempt left is taken up;
   * nothing stands under the file's name before its hash is right.
   *
   * @param progress takes the number of bytes that are there
   * @throws SourceException if the place refuses the file
   * @throws IOException if it cannot be had within four attempts, with the reason of the last one
   */
  @SuppressWarnings("try") // the lock is only held
  public Path pull(ZooEntry model, ZooSource source, LongConsumer progress) throws IOException {
    if (model.bytes() > Limits.defaults().fileBytes()) {
      throw new SourceException(
          model.file()
              + " has "
              + model.bytes()
              + " bytes; allowed: "
              + Limits.defaults().fileBytes());
    }
    Files.createDirectories(folder);
    try (CacheLock lock = CacheLock.on(folder.resolve("." + model.file() + ".lock"))) {
      Path target = path(model);
      if (state(model) != State.VERIFIED) {
        Path part = folder.resolve(model.file() + PART);
        fetchPatiently(model, source, part, progress);
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
      }
      return target;
    }
  }

  private void fetchPatiently(ZooEntry model, ZooSource source, Path part, LongConsumer progress)
      throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        fetch(model, source, part, progress);
        return;
      } catch (SourceException e) {
        throw e;
      } catch (IOException e) {
        if (attempt == ATTEMPTS) {
          throw new IOException(
              model.file() + " cannot be had from " + source + ": " + e.getMessage(), e);
        }
        CacheLock.pause(wait.toMillis() << (attempt - 1));
      }
    }
  }

  /** Appends what is missing to the part, and leaves it with the right hash or throws. */
  private static void fetch(ZooEntry model, ZooSource source, Path part, LongConsumer progress)
      throws IOException {
    long have = Files.exists(part) ? Files.size(part) : 0;
    if (have > model.bytes()) {
      Files.delete(part);
      have = 0;
    }
    if (have < model.bytes()) {
      try (ZooSource.Part from = source.open(model.file(), have)) {
        append(from, part, have, model.bytes(), progress);
      }
    }
    if (!sha256(part).equals(model.sha256())) {
      Files.delete(part); // nothing in it can be trusted
      throw new IOException("its SHA-256 is not that of the manifest");
    }
  }

  private static void append(
      ZooSource.Part from, Path part, long have, long bytes, LongConsumer progress)
      throws IOException {
    if (from.offset() != 0 && from.offset() != have) {
      throw new IOException("it starts at byte " + from.offset() + " and not at " + have);
    }
    long size = from.offset();
    try (OutputStream out =
        Files.newOutputStream(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            size == 0 ? StandardOpenOption.TRUNCATE_EXISTING : StandardOpenOption.APPEND)) {
      byte[] buffer = new byte[1 << 15];
      for (int read = from.content().read(buffer); read >= 0; read = from.content().read(buffer)) {
        size += read;
        if (size > bytes) {
          break;
        }
        out.write(buffer, 0, read);
        progress.accept(size);
      }
    }
    if (size > bytes) {
      Files.delete(part);
      throw new IOException("it has more than " + bytes + " bytes");
    }
    if (size < bytes) {
      throw new IOException("it ends after " + size + " of " + bytes + " bytes");
    }
  }
}
