package org.dl4jext.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.samediff.delta.SavedStates;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How the delta layer's cost grows: time of {@code fit} with the number of steps, resident memory
 * with the number of fits, and the bytes of states that are saved for the backward pass.
 *
 * <p>Usage: {@code GrowthBench time | resident | states}. Prints Markdown.
 */
public final class GrowthBench {

  private static final int ROUNDS = 7;
  private static final int[] LENGTHS = {512, 1024, 2048, 4096, 8192};
  private static final int WIDTH = 128;
  private static final int HEADS = 4;
  private static final long PAGE_KILOBYTES = 4;

  private GrowthBench() {}

  /** See the class comment. */
  public static void main(String[] arguments) throws IOException {
    switch (arguments[0]) {
      case "time" -> time();
      case "resident" -> resident();
      case "states" -> states();
      default ->
          throw new IllegalArgumentException(
              "unknown part '" + arguments[0] + "'; allowed: time, resident, states");
    }
  }

  private static Runnable fit(int batch, int steps) {
    MultiLayerNetwork net = Networks.network(Networks.delta(WIDTH, HEADS, 2), WIDTH);
    INDArray x = Networks.inputs(batch, WIDTH, steps);
    INDArray y = Networks.labels(batch, steps);
    return () -> net.fit(x, y);
  }

  private static void time() {
    print("| T | ms a fit | us a step |");
    print("|---|---|---|");
    Runnable[] fits = Arrays.stream(LENGTHS).mapToObj(t -> fit(1, t)).toArray(Runnable[]::new);
    double[][] times = new double[LENGTHS.length][ROUNDS];
    for (int round = -3; round < ROUNDS; round++) {
      for (int i = 0; i < fits.length; i++) {
        // As many steps of every length; more of them while the JVM is cold.
        int calls = (round < 0 ? 131072 : 32768) / LENGTHS[i];
        long start = System.nanoTime();
        for (int c = 0; c < calls; c++) {
          fits[i].run();
        }
        if (round >= 0) {
          times[i][round] = (System.nanoTime() - start) / 1e6 / calls;
        }
      }
    }
    for (int i = 0; i < fits.length; i++) {
      Arrays.sort(times[i]);
      double median = times[i][ROUNDS / 2];
      print(
          "| %d | %.2f (%.2f) | %.2f (%.2f) |",
          LENGTHS[i],
          median,
          times[i][0],
          1e3 * median / LENGTHS[i],
          1e3 * times[i][0] / LENGTHS[i]);
    }
  }

  private static void resident() throws IOException {
    print("| fits | resident memory, MB |");
    print("|---|---|");
    Runnable fit = fit(8, 256);
    for (int i = 0; i <= 1500; i++) {
      fit.run();
      if (i == 0 || i == 100 || (i >= 500 && i % 250 == 0)) {
        String pages = Files.readString(Path.of("/proc/self/statm")).split(" ", 3)[1];
        print("| %d | %d |", i, Long.parseLong(pages) * PAGE_KILOBYTES / 1024);
      }
    }
  }

  private static void states() {
    print("| K = V | n | saved states, MB | a state for each token, MB | part |");
    print("|---|---|---|---|---|");
    int tokens = 4096;
    for (int size : new int[] {16, 32, 64, 128}) {
      for (int n : new int[] {1, 2, 4}) {
        double saved = SavedStates.bytes(tokens, HEADS, size, n) / 1048576.0;
        double all = (double) tokens * HEADS * size * size * Float.BYTES / 1048576.0;
        print("| %d | %d | %.1f | %.1f | 1/%.0f |", size, n, saved, all, all / saved);
      }
    }
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
