package org.dl4jext.zoo.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFilesTest {

  private static final int BYTES = 1 << 20;
  private static final long SEED = 5;

  @TempDir Path folder;

  /** Replaces a file for ever, each time by as many bytes of another value. */
  public static void main(String[] args) throws IOException {
    Path file = Path.of(args[0]);
    byte[] content = new byte[BYTES];
    while (true) {
      content[0]++;
      Arrays.fill(content, content[0]);
      try (WholeFiles files = new WholeFiles()) {
        Files.write(files.temporaryFor(file), content);
        files.publish();
      }
    }
  }

  @Test
  void aWriterThatIsKilledAtAnyMomentLeavesAWholeFile() throws Exception {
    Path file = folder.resolve("file");
    Random random = new Random(SEED);
    for (int round = 0; round < 8; round++) {
      Files.deleteIfExists(file);
      Process writer =
          new ProcessBuilder(
                  ProcessHandle.current().info().command().orElseThrow(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  WholeFilesTest.class.getName(),
                  file.toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      while (!Files.exists(file)) {
        assertTrue(writer.isAlive(), "it ended by itself");
        Thread.sleep(1);
      }
      Thread.sleep(random.nextInt(40));
      writer.destroyForcibly().waitFor();
      byte[] content = Files.readAllBytes(file);
      byte[] expected = new byte[BYTES];
      Arrays.fill(expected, content[0]);
      assertTrue(Arrays.equals(expected, content), "round " + round);
    }
  }

  @Test
  void whatIsNotPublishedLeavesNothing() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "old");
    try (WholeFiles files = new WholeFiles()) {
      Files.writeString(files.temporaryFor(file), "new");
    }
    assertEquals("old", Files.readString(file));
    try (var left = Files.list(folder)) {
      assertEquals(1, left.count());
    }
    try (WholeFiles files = new WholeFiles()) {
      Files.writeString(files.temporaryFor(file), "new");
      files.publish();
    }
    assertEquals("new", Files.readString(file));
    assertFalse(Files.isExecutable(file));
  }
}
