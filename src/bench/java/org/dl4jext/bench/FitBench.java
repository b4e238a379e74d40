package org.dl4jext.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.recurrent.delta.DeltaProduct;
import org.dl4jext.samediff.delta.DeltaSpec;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The delta layer in {@code MultiLayerNetwork.fit}, {@code output} and {@code rnnTimeStep} beside
 * DL4J's LSTM of the same width, alternating in one run; layer, RnnOutputLayer(8), Adam, FLOAT.
 *
 * <p>Usage: {@code FitBench [fit|output|step|length|memory] [rounds] [seconds of warm-up] [shape]}.
 * Run it with the flags of the launcher, and {@code OMP_NUM_THREADS=1}. Times are medians with
 * minima, wall clock and CPU time of the calling thread, which tells more on a busy machine; it is
 * all the work only with {@code -Dorg.dl4jext.threads=1}.
 */
public final class FitBench {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int CLASSES = 8;

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
      case "step" -> compare(new Shape("step", 1, 1, 64, 2), what, rounds, warm);
      case "length" -> lengths(rounds, warm);
      case "memory" -> memory();
      default ->
          throw new IllegalArgumentException(
              "unknown part '" + what + "'; allowed: fit, output, step, length, memory");
    }
  }

  private static MultiLayerNetwork network(Layer layer, int width) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .dataType(DataType.FLOAT)
                .updater(new Adam(1e-3))
                .list()
                .layer(layer)
                .layer(
                    new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.recurrent(width))
                .build());
    net.init();
    return net;
  }

  private static Layer delta(Shape shape, int householders) {
    return new DeltaProduct.Builder()
        .nOut(shape.width())
        .spec(DeltaSpec.deltaProduct(shape.width(), shape.heads(), householders))
        .build();
  }

  private static Runnable call(Shape shape, Layer layer, String what) {
    MultiLayerNetwork net = network(layer, shape.width());
    INDArray x = Nd4j.randn(DataType.FLOAT, shape.batch(), shape.width(), shape.steps());
    INDArray y = Nd4j.zeros(DataType.FLOAT, shape.batch(), CLASSES, shape.steps());
    for (int n = 0; n < shape.batch(); n++) {
      for (int t = 0; t < shape.steps(); t++) {
        y.putScalar(n, (3 * t + n) % CLASSES, t, 1);
      }
    }
    return switch (what) {
      case "fit" -> () -> net.fit(x, y);
      case "output" -> () -> net.output(x);
      default -> () -> net.rnnTimeStep(x);
    };
  }

  private static void compare(Shape shape, String what, int rounds, double warm) {
    Map<String, Candidate> all = new LinkedHashMap<>();
    Layer lstm = new LSTM.Builder().nOut(shape.width()).activation(Activation.TANH).build();
    all.put("LSTM", new Candidate(call(shape, lstm, what)));
    all.put("delta n=1", new Candidate(call(shape, delta(shape, 1), what)));
    all.put("delta n=2", new Candidate(call(shape, delta(shape, 2), what)));
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

  private static void lengths(int rounds, double warm) {
    Map<Integer, Candidate> all = new LinkedHashMap<>();
    for (int steps : new int[] {512, 1024, 2048, 4096, 8192}) {
      Shape shape = new Shape("T" + steps, 1, steps, 128, 4);
      all.put(steps, new Candidate(call(shape, delta(shape, 2), "fit")));
    }
    all.values().forEach(candidate -> candidate.warm(warm));
    for (int round = 0; round < rounds; round++) {
      all.forEach((steps, c) -> c.measure(Math.max(1, 16384 / steps)));
    }
    all.forEach(
        (steps, c) ->
            print(
                "fit B1 width 128 n=2 T %5d  wall %9.3f (%9.3f) ms  cpu %9.3f ms  us per step %.2f",
                steps, median(c.wall), min(c.wall), median(c.cpu), 1e3 * min(c.wall) / steps));
  }

  private static void memory() {
    Shape shape = SHAPES.get(1);
    Runnable fit = call(shape, delta(shape, 2), "fit");
    for (int i = 0; i <= 1100; i++) {
      fit.run();
      if (i % 100 == 0) {
        print("fit %5d  resident %6d MB", i, residentKilobytes() >> 10);
      }
    }
  }

  private static long residentKilobytes() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmRSS")) {
          return Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
