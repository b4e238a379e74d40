package org.dl4jext.zoo.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dl4jext.zoo.models.ZooEntry;
import org.dl4jext.zoo.models.ZooManifest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainZooCommandTest {

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int train(String name, Path to) {
    String[] line = {"train-zoo", name, "--out", to.toString()};
    return Recurrent.run(new PrintWriter(out, true), new PrintWriter(err, true), line);
  }

  private static ZooEntry only(Path folder) throws Exception {
    try (InputStream in = Files.newInputStream(folder.resolve(ZooManifest.FILE))) {
      return ZooManifest.read(in, "manifest").models().get(0);
    }
  }

  /** Surefire sets OMP_NUM_THREADS=1. */
  @Tag("slow")
  @Test
  void trainingTwiceGivesTheSameBytes() throws Exception {
    byte[][] files = new byte[2][];
    for (int i = 0; i < files.length; i++) {
      Path to = folder.resolve("run" + i);
      assertEquals(0, train("qkan-lstm-shm", to), err::toString);
      files[i] = Files.readAllBytes(to.resolve(only(to).file()));
      String html = Files.readString(to.resolve("report.html"));
      assertTrue(html.contains("mean squared error on fresh pendulums"), html);
    }
    assertArrayEquals(files[0], files[1]);
  }

  @Test
  void anUnknownModelIsBadUsage() {
    Path to = folder.resolve("weights");
    assertEquals(2, train("nobody", to));
    assertEquals(1, err.toString().strip().lines().count(), err::toString);
    assertTrue(err.toString().contains("there is no model 'nobody'"), err::toString);
    assertTrue(Files.notExists(to));
  }
}
