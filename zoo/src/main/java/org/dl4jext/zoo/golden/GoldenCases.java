package org.dl4jext.zoo.golden;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A directory of golden cases, one folder per operation, one folder per case; or the cases that
 * ship with the library.
 */
public final class GoldenCases implements AutoCloseable {

  private static final String SHIPPED = "/org/dl4jext/zoo/golden/cases";

  private final Path directory;
  private final FileSystem jar;

  private GoldenCases(Path directory, FileSystem jar) {
    this.directory = directory;
    this.jar = jar;
  }

  /** The cases of a directory. */
  public static GoldenCases of(Path directory) {
    return new GoldenCases(directory, null);
  }

  /** The cases that ship with the library, whether it is a jar or a folder of classes. */
  public static GoldenCases shipped() {
    URL url = GoldenCases.class.getResource(SHIPPED);
    if (url == null) {
      throw new IllegalStateException("the golden cases are not on the class path: " + SHIPPED);
    }
    try {
      if (!(url.openConnection() instanceof JarURLConnection connection)) {
        return new GoldenCases(Path.of(url.toURI()), null);
      }
      Path file = Path.of(connection.getJarFileURL().toURI());
      FileSystem jar = FileSystems.newFileSystem(file, Map.of());
      return new GoldenCases(jar.getPath(SHIPPED), jar);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the golden cases at " + url, e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException("cannot read the golden cases at " + url, e);
    }
  }

  /** Names of the operations that have a folder. */
  public List<String> ops() {
    return folders(directory);
  }

  /** Names of the cases of an operation. */
  public List<String> cases(String op) {
    return folders(directory.resolve(op));
  }

  /**
   * Reads a case into memory.
   *
   * @throws GoldenFormatException if the folder is not a complete case
   */
  public GoldenCase read(String op, String name) {
    return GoldenCase.read(directory.resolve(op).resolve(name), op);
  }

  private static List<String> folders(Path parent) {
    List<String> names = new ArrayList<>();
    try (Stream<Path> children = Files.list(parent)) {
      children
          .filter(Files::isDirectory)
          .forEach(child -> names.add(String.valueOf(child.getFileName()).replace("/", "")));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + parent, e);
    }
    names.sort(null);
    return names;
  }

  @Override
  public void close() {
    if (jar != null) {
      try {
        jar.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
