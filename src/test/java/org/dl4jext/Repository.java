package org.dl4jext;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where this checkout is. */
public final class Repository {

  private Repository() {}

  /** The folder that holds the launcher. */
  public static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.isRegularFile(folder.resolve("recurrent"))) {
      folder = folder.getParent();
    }
    if (folder == null) {
      throw new IllegalStateException("not in a checkout: " + Path.of("").toAbsolutePath());
    }
    return folder;
  }
}
