package org.dl4jext.zoo.models;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.util.Locale;

/** A place that holds a {@link ZooManifest} and the files that it lists. */
public interface ZooSource {

  /** System property with the address of the place to take models from. */
  String PROPERTY = "org.dl4jext.zoo.from";

  /**
   * A file from a byte on.
   *
   * @param content the bytes
   * @param offset of the first of them; 0 where the place cannot start in the middle
   */
  record Part(InputStream content, long offset) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      content.close();
    }
  }

  /**
   * Opens a file.
   *
   * @param file name without folders
   * @param offset of the byte to start at, if the place can
   * @throws SourceException if the place refuses, and asking again is of no use
   * @throws IOException if it fails otherwise
   */
  Part open(String file, long offset) throws IOException;

  /** The manifest of this place. */
  default ZooManifest manifest() throws IOException {
    try (Part part = open(ZooManifest.FILE, 0)) {
      return ZooManifest.read(part.content(), ZooManifest.FILE + " of " + this);
    }
  }

  /** The models inside the jar of this library. */
  static ZooSource bundled() {
    return new LocalSource("the jar") {
      @Override
      URL find(String file) {
        return ZooManifest.class.getResource(ZooManifest.RESOURCES + file);
      }

      @Override
      public ZooManifest manifest() throws IOException {
        return ZooManifest.bundled();
      }
    };
  }

  /**
   * The place at an address.
   *
   * @param address of a folder, {@code file:}, {@code http:} or {@code https:}
   * @param timeout longest wait for a connection and for each read
   * @throws IllegalArgumentException if it is no such address
   */
  static ZooSource at(String address, Duration timeout) {
    URI base = URI.create(address.endsWith("/") ? address : address + "/");
    String scheme = String.valueOf(base.getScheme()).toLowerCase(Locale.ROOT);
    return switch (scheme) {
      case "http", "https" -> new HttpSource(base, timeout);
      case "file" ->
          new LocalSource(address) {
            @Override
            URL find(String file) throws IOException {
              return base.resolve(file).toURL();
            }
          };
      default ->
          throw new IllegalArgumentException(
              "'" + address + "' is not an address that starts with file:, http: or https:");
    };
  }
}
