package org.dl4jext.bench;

import java.lang.management.ManagementFactory;
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
import org.dl4jext.recurrent.block.PreNormResidual;
import org.dl4jext.recurrent.block.SwiGlu;
import org.dl4jext.recurrent.delta.DeltaProduct;
import org.dl4jext.recurrent.stepping.Stepper;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * One step of one stream at width 64: {@code net.rnnTimeStep} of DL4J's LSTM and of DeltaProduct (2
 * heads of 32, 2 householders), and {@link Stepper}. The candidates alternate; the figures are
 * medians over rounds. The equality of Stepper and network is checked first.
 */
public final class StepBench {

  private static final int WIDTH = 64;
  private static final int OUTPUTS = 8;
  private static final int ROUNDS = 15;
  private static final long WARM_UP_NANOS = 4_000_000_000L;
  private static final long ROUND_NANOS = 300_000_000L;

  private StepBench() {}

  /** A candidate and what was measured of it. */
  private static final class Candidate {
    final Runnable step;
    final List<Double> micros = new ArrayList<>();
    double leastCpu = Double.POSITIVE_INFINITY;
    long bytes = Long.MAX_VALUE;

    Candidate(Runnable step) {
      this.step = step;
    }

    double median() {
      double[] sorted = micros.stream().mapToDouble(Double::doubleValue).sorted().toArray();
      return sorted[sorted.length / 2];
    }

    double least() {
      return micros.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    }
  }

  /** Runs the benchmark and prints a table. */
  public static void main(String[] args) {
    MultiLayerNetwork lstm =
        network(new LSTM.Builder().nOut(WIDTH).activation(Activation.TANH).build());
    MultiLayerNetwork delta = network(delta());
    MultiLayerNetwork block =
        network(
            new PreNormResidual.Builder(delta()).build(),
            new PreNormResidual.Builder(new SwiGlu.Builder().nOut(WIDTH).build()).build());
    requireEqual(delta);
    requireEqual(block);
    INDArray x = Nd4j.randn(DataType.FLOAT, 1, WIDTH, 1);
    Map<String, Candidate> all = new LinkedHashMap<>();
    all.put("LSTM, net.rnnTimeStep", new Candidate(() -> lstm.rnnTimeStep(x)));
    all.put("DeltaProduct, net.rnnTimeStep", new Candidate(() -> delta.rnnTimeStep(x)));
    all.put("DeltaProduct, Stepper", new Candidate(stepping(Stepper.of(delta, 1))));
    all.put("DeltaProduct + SwiGLU blocks, Stepper", new Candidate(stepping(Stepper.of(block, 1))));
    all.put("DeltaProduct, Stepper, 16 streams", new Candidate(stepping(Stepper.of(delta, 16))));
    all.values().forEach(c -> run(c, WARM_UP_NANOS));
    for (int round = 0; round < ROUNDS; round++) {
      for (Candidate c : all.values()) {
        c.micros.add(run(c, ROUND_NANOS));
      }
    }
    Candidate base = all.values().iterator().next();
    System.out.println(
        "| | us a step | least CPU time, us | LSTM / this, medians | minima of CPU time "
            + "| bytes allocated a step |");
    System.out.println("|---|---|---|---|---|---|");
    all.forEach(
        (name, c) ->
            System.out.printf(
                Locale.ROOT,
                "| %s | %.2f (%.2f) | %.2f | %.1f | %.1f | %d |%n",
                name,
                c.median(),
                c.least(),
                c.leastCpu,
                base.median() / c.median(),
                base.leastCpu / c.leastCpu,
                c.bytes));
  }

  private static Layer delta() {
    return new DeltaProduct.Builder().nOut(WIDTH).heads(2).householders(2).build();
  }

  private static MultiLayerNetwork network(Layer... layers) {
    NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder().seed(1).list();
    Arrays.stream(layers).forEach(list::layer);
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            list.layer(
                    new RnnOutputLayer.Builder(LossFunction.MSE)
                        .nOut(OUTPUTS)
                        .activation(Activation.IDENTITY)
                        .build())
                .setInputType(InputType.recurrent(WIDTH))
                .build());
    net.init();
    return net;
  }

  private static Runnable stepping(Stepper stepper) {
    float[] x = new float[stepper.streams() * stepper.inputSize()];
    float[] y = new float[stepper.streams() * stepper.outputSize()];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) Math.sin(i);
    }
    return () -> stepper.step(x, y);
  }

  /** Against the forward pass, since rnnTimeStep may go through the same kernels. */
  private static void requireEqual(MultiLayerNetwork net) {
    Stepper stepper = Stepper.of(net, 1);
    INDArray x = Nd4j.randn(DataType.FLOAT, 1, WIDTH, 20);
    INDArray whole = net.output(x);
    float[] y = new float[stepper.outputSize()];
    for (int t = 0; t < 20; t++) {
      stepper.step(x.tensorAlongDimension(t, 1).dup().toFloatVector(), y);
      float[] expected = whole.tensorAlongDimension(t, 1).dup().toFloatVector();
      for (int i = 0; i < y.length; i++) {
        if (!(Math.abs(expected[i] - y[i]) <= 1e-4 * Math.max(1, Math.abs(expected[i])))) {
          throw new IllegalStateException("step " + t + ": " + expected[i] + " against " + y[i]);
        }
      }
    }
  }

  /** Microseconds a step. */
  private static double run(Candidate candidate, long nanos) {
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long id = Thread.currentThread().getId();
    long bytes = threads.getThreadAllocatedBytes(id);
    long cpu = threads.getCurrentThreadCpuTime();
    long start = System.nanoTime();
    long steps = 0;
    while (System.nanoTime() - start < nanos) {
      for (int i = 0; i < 20; i++) {
        candidate.step.run();
      }
      steps += 20;
    }
    double elapsed = System.nanoTime() - start;
    cpu = threads.getCurrentThreadCpuTime() - cpu;
    candidate.leastCpu = Math.min(candidate.leastCpu, cpu / 1e3 / steps);
    candidate.bytes =
        Math.min(candidate.bytes, (threads.getThreadAllocatedBytes(id) - bytes) / steps);
    return elapsed / 1e3 / steps;
  }
}
