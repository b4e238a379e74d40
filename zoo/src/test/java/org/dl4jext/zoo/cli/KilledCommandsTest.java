package org.dl4jext.zoo.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.dl4jext.zoo.models.SafeModels;
import org.dl4jext.zoo.models.ZooEntry;
import org.dl4jext.zoo.models.ZooPlaces;
import org.dl4jext.zoo.models.ZooServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** Commands in a JVM of their own that is killed. */
@Tag("slow")
class KilledCommandsTest {

  private static final long SEED = 11;
  private static final int ROUNDS = 6;
  private static final int WRITING_MILLIS = 400;
  private static final String MODEL = "model.zip";

  @TempDir Path folder;

  private final Random random = new Random(SEED);

  private static String[] training(Path to, int seed) {
    String line = "train parity --steps 2 --seed " + seed + " --out";
    return (line + " " + to).split(" ");
  }

  private Process start(String... args) throws IOException {
    return Invocation.process(folder.resolve("log"), args);
  }

  /** Names of the files without those of temporary files, which start with a dot. */
  private static Set<String> names(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /** Changes with the first byte that is written into the folder. */
  private static Set<String> look(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files
          .map(Path::toFile)
          .map(file -> file.getName() + " " + file.length() + " " + file.lastModified())
          .collect(Collectors.toSet());
    }
  }

  private static void assertWhole(Path folder) throws IOException {
    for (String name : names(folder)) {
      Path file = folder.resolve(name);
      switch (name.substring(name.indexOf('.'))) {
        case ".zip" -> SafeModels.load(file);
        case ".json" -> assertTrue(new ObjectMapper().readTree(file.toFile()).size() > 0, name);
        case ".png" -> assertNotNull(ImageIO.read(file.toFile()), name);
        default -> assertTrue(Files.readString(file).strip().endsWith("</html>"), name);
      }
    }
  }

  @Test
  void aTrainingThatIsKilledAtAnyMomentLeavesWholeFiles() throws Exception {
    Path other = folder.resolve("other");
    long begin = System.nanoTime();
    assertEquals(0, start(training(other, 2)).waitFor());
    int millis = (int) ((System.nanoTime() - begin) / 1_000_000);
    Path run = folder.resolve("run");
    Invocation.of(training(run, 1)).ok();
    Set<String> names = names(run);
    byte[] first = Files.readAllBytes(run.resolve(MODEL));
    byte[] second = Files.readAllBytes(other.resolve(MODEL));
    int killed = 0;
    for (int round = 0; round < 2 * ROUNDS; round++) {
      Set<String> before = look(run);
      Process training = start(training(run, 2));
      if (round < ROUNDS) {
        Thread.sleep(random.nextInt(millis));
      } else {
        while (training.isAlive() && look(run).equals(before)) {
          Thread.sleep(1); // until it begins to write
        }
        Thread.sleep(random.nextInt(WRITING_MILLIS));
      }
      killed += training.destroyForcibly().waitFor() == 0 ? 0 : 1;
      assertEquals(names, names(run), "round " + round);
      assertWhole(run);
      byte[] model = Files.readAllBytes(run.resolve(MODEL));
      assertTrue(Arrays.equals(first, model) || Arrays.equals(second, model), "round " + round);
    }
    assertTrue(killed > ROUNDS, "killed " + killed);
    assertEquals(0, start(training(run, 2)).waitFor());
    assertArrayEquals(second, Files.readAllBytes(run.resolve(MODEL)));
    assertWhole(run);
  }

  @Test
  void aPullThatIsKilledAtAnyMomentLeavesAWholeFile() throws Exception {
    byte[] content = new byte[20 << 20];
    random.nextBytes(content);
    try (ZooServer server = new ZooServer()) {
      ZooEntry model = ZooPlaces.put(server, "large", content);
      Path cache = folder.resolve("cache");
      String[] pull =
          ("zoo pull large --from " + server.address() + " --cache " + cache).split(" ");
      Path file = cache.resolve(model.file());
      int killed = 0;
      for (int round = 0; round < ROUNDS; round++) {
        int requests = server.requests().size();
        Process pulling = start(pull);
        // It asks for manifest and model, but not for a model that it has all of.
        while (pulling.isAlive() && server.requests().size() < requests + 2) {
          Thread.sleep(1);
        }
        Thread.sleep(random.nextInt(WRITING_MILLIS));
        killed += pulling.destroyForcibly().waitFor() == 0 ? 0 : 1;
        if (Files.exists(file)) {
          assertArrayEquals(content, Files.readAllBytes(file), "round " + round);
          Files.delete(file);
        }
      }
      assertTrue(killed > 0, "it was never killed");
      assertEquals(0, start(pull).waitFor());
      assertArrayEquals(content, Files.readAllBytes(file));
    }
  }
}
