package org.dl4jext.zoo.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Files that appear when all of them are complete: each is written under a temporary name beside
 * its place and moved there atomically. Closing removes what was not published.
 */
public final class WholeFiles implements AutoCloseable {

  private final Map<Path, Path> moves = new LinkedHashMap<>();

  /** An empty file to write in place of this one. */
  public Path temporaryFor(Path target) throws IOException {
    Path folder = target.toAbsolutePath().getParent();
    Path temporary = Files.createTempFile(folder, ".", "." + target.getFileName());
    moves.put(temporary, target);
    return temporary;
  }

  /** Moves each file to its place; one that is there already is replaced. */
  public void publish() throws IOException {
    for (Map.Entry<Path, Path> move : moves.entrySet()) {
      // Temporary files are made for their owner only.
      if (!move.getKey().toFile().setReadable(true, false)) {
        throw new IOException("cannot set the permissions of " + move.getKey());
      }
      Files.move(move.getKey(), move.getValue(), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /** Removes the temporary files that are left. */
  @Override
  public void close() throws IOException {
    for (Path temporary : moves.keySet()) {
      Files.deleteIfExists(temporary);
    }
  }
}
