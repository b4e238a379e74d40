package org.dl4jext.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The delta layer in {@code MultiLayerNetwork.fit} and {@code output} beside DL4J's LSTM of the
 * same width, alternating in one run; layer, RnnOutputLayer(8), Adam, FLOAT.
 *
 * <p>Usage: {@code FitBench [fit|output] [rounds] [seconds of warm-up] [shape]}. Run it with the
 * flags of the launcher, and {@code OMP_NUM_THREADS=1}. Times are medians with minima, wall clock
 * and CPU time of the calling thread, which tells more on a busy machine; it is all the work only
 * with {@code -Dorg.dl4jext.threads=1}.
 */
public final class FitBench {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** Batch, steps, width and heads. */
  private record Shape(String name, int batch, int steps, int width, int heads) {}

  private static final List<Shape> SHAPES =
      List.of(
          new Shape("small", 32, 64, 32, 2),
          new Shape("mid", 8, 256, 128, 4),
          new Shape("long", 4, 1024, 256, 4));

  /** A repeated call and what it took. */
  private static final class Candidate {
    private final Runnable call;
    private final List<Double> wall = new ArrayList<>();
    private final List<Double> cpu = new ArrayList<>();

    Candidate(Runnable call) {
      this.call = call;
    }

    void warm(double seconds) {
      long end = System.nanoTime() + (long) (seconds * 1e9);
      for (int i = 0; i < 3 || System.nanoTime() < end; i++) {
        call.run();
      }
    }

    void measure(int calls) {
      long cpuStart = THREADS.getCurrentThreadCpuTime();
      long start = System.nanoTime();
      for (int i = 0; i < calls; i++) {
        call.run();
      }
      wall.add((System.nanoTime() - start) / 1e6 / calls);
      cpu.add((THREADS.getCurrentThreadCpuTime() - cpuStart) / 1e6 / calls);
    }
  }

  private FitBench() {}

  /** See the class comment. */
  public static void main(String[] arguments) {
    String what = arguments.length > 0 ? arguments[0] : "fit";
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
    double warm = arguments.length > 2 ? Double.parseDouble(arguments[2]) : 6;
    String only = arguments.length > 3 ? arguments[3] : "";
    switch (what) {
      case "fit", "output" ->
          SHAPES.stream()
              .filter(shape -> only.isEmpty() || only.equals(shape.name()))
              .forEach(shape -> compare(shape, what, rounds, warm));
      default ->
          throw new IllegalArgumentException("unknown part '" + what + "'; allowed: fit, output");
    }
  }

  private static Runnable call(Shape shape, Layer layer, String what) {
    MultiLayerNetwork net = Networks.network(layer, shape.width());
    INDArray x = Networks.inputs(shape.batch(), shape.width(), shape.steps());
    INDArray y = Networks.labels(shape.batch(), shape.steps());
    return what.equals("fit") ? () -> net.fit(x, y) : () -> net.output(x);
  }

  private static void compare(Shape shape, String what, int rounds, double warm) {
    Map<String, Candidate> all = new LinkedHashMap<>();
    Layer lstm = new LSTM.Builder().nOut(shape.width()).activation(Activation.TANH).build();
    all.put("LSTM", new Candidate(call(shape, lstm, what)));
    all.put(
        "delta n=1",
        new Candidate(call(shape, Networks.delta(shape.width(), shape.heads(), 1), what)));
    all.put(
        "delta n=2",
        new Candidate(call(shape, Networks.delta(shape.width(), shape.heads(), 2), what)));
    all.values().forEach(candidate -> candidate.warm(warm));
    Map<String, Integer> calls = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      all.forEach(
          (name, candidate) -> {
            int count = calls.computeIfAbsent(name, k -> callsFor(candidate));
            candidate.measure(count);
          });
    }
    Candidate base = all.get("LSTM");
    all.forEach(
        (name, c) ->
            print(
                "%-6s %-7s %-10s wall %9.3f (%9.3f) ms  cpu %9.3f (%9.3f) ms  LSTM/this %5.2f (%5.2f)",
                what,
                shape.name(),
                name,
                median(c.wall),
                min(c.wall),
                median(c.cpu),
                min(c.cpu),
                median(base.wall) / median(c.wall),
                min(base.cpu) / min(c.cpu)));
  }

  /** Enough calls for a third of a second, and at least three. */
  private static int callsFor(Candidate candidate) {
    long start = System.nanoTime();
    candidate.call.run();
    double seconds = (System.nanoTime() - start) / 1e9;
    return (int) Math.max(3, Math.min(2000, 0.3 / seconds));
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(v -> v).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private static double min(List<Double> values) {
    return Arrays.stream(values.toArray(Double[]::new)).min(Double::compare).orElseThrow();
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
