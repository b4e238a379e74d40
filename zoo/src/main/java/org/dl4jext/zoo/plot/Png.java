package org.dl4jext.zoo.plot;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import javax.imageio.ImageIO;

/** Pictures as files. */
final class Png {

  private Png() {}

  /** Writes a picture, which appears as a whole or not at all. */
  static void write(BufferedImage image, Path file) throws IOException {
    Path target = file.toAbsolutePath();
    Path temporary = target.resolveSibling(target.getFileName() + ".tmp");
    try {
      if (!ImageIO.write(image, "png", temporary.toFile())) {
        throw new IOException("no PNG writer");
      }
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
