package org.dl4jext.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.recurrent.SequenceLayer;
import org.dl4jext.recurrent.cells.FlashGru;
import org.dl4jext.recurrent.cells.FlashLstm;
import org.dl4jext.recurrent.cells.LstmConversion;
import org.dl4jext.recurrent.cells.ParaGru;
import org.dl4jext.recurrent.cells.ParaLstm;
import org.dl4jext.recurrent.cells.SLstm;
import org.dl4jext.recurrent.stepping.Stepper;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.cells.ParaEvaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Head-wise layers against DL4J's LSTM of the same shape, alternating in one run; medians of wall
 * time, minima in brackets, and how many times faster than the first line. Then single steps, and
 * time against the number of steps.
 *
 * <p>The kernels' lines are for a comparison with {@code torch.nn.LSTM}, whose script runs where
 * PyTorch is installed. Arguments: rounds (default 15), seconds of warm-up for each candidate
 * (default 6).
 */
public final class CellBench {

  private record Shape(int batch, int steps, int inputs, int width) {
    @Override
    public String toString() {
      return "B" + batch + " T" + steps + " C" + inputs + " H" + width;
    }
  }

  private static final List<Shape> SHAPES =
      List.of(new Shape(8, 256, 64, 128), new Shape(4, 1024, 64, 256), new Shape(32, 64, 16, 32));

  private CellBench() {}

  public static void main(String[] args) {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 15;
    double warmUp = args.length > 1 ? Double.parseDouble(args[1]) : 6;
    for (Shape shape : SHAPES) {
      fit(shape, rounds, warmUp);
      kernel(shape, rounds, warmUp);
    }
    step(rounds, warmUp);
    length(rounds, warmUp);
  }

  private static MultiLayerNetwork network(Shape shape, SequenceLayer<?> layer) {
    return Networks.network(layer, shape.inputs);
  }

  private static MultiLayerNetwork stock(int inputs, int width) {
    return Networks.network(
        new LSTM.Builder().nOut(width).activation(Activation.TANH).build(), inputs);
  }

  private static void fit(Shape shape, int rounds, double warmUp) {
    INDArray x = Networks.inputs(shape.batch, shape.inputs, shape.steps);
    INDArray y = Networks.labels(shape.batch, shape.steps);
    MultiLayerNetwork stock = stock(shape.inputs, shape.width);
    MultiLayerNetwork flash = LstmConversion.convert(stock);
    MultiLayerNetwork gru = network(shape, new FlashGru.Builder().nOut(shape.width).build());
    MultiLayerNetwork slstm =
        network(shape, new SLstm.Builder().nOut(shape.width).heads(4).build());
    MultiLayerNetwork paraGru = network(shape, new ParaGru.Builder().nOut(shape.width).build());
    MultiLayerNetwork paraLstm = network(shape, new ParaLstm.Builder().nOut(shape.width).build());
    report(
        "fit " + shape,
        rounds,
        warmUp,
        List.of(
            new Candidate("DL4J LSTM", () -> stock.fit(x, y)),
            new Candidate("FlashLstm", () -> flash.fit(x, y)),
            new Candidate("FlashGru", () -> gru.fit(x, y)),
            new Candidate("SLstm of 4 heads", () -> slstm.fit(x, y)),
            new Candidate("ParaGru", () -> paraGru.fit(x, y)),
            new Candidate("ParaLstm", () -> paraLstm.fit(x, y))));
  }

  private static void kernel(Shape shape, int rounds, double warmUp) {
    FlashLstm layer = new FlashLstm.Builder().nIn(shape.inputs).nOut(shape.width).build();
    report(
        "kernel " + shape,
        rounds,
        warmUp,
        List.of(
            new Candidate("forward", pass(layer, shape, false)),
            new Candidate("forward and backward", pass(layer, shape, true))));
  }

  /** Time against T: with each line four times as long, the ratios should be 1/4, 1/16. */
  private static void length(int rounds, double warmUp) {
    ParaGru newton =
        new ParaGru.Builder().nIn(16).nOut(32).evaluation(ParaEvaluation.NEWTON).build();
    List<SequenceLayer<?>> layers =
        List.of(
            new FlashLstm.Builder().nIn(16).nOut(32).build(),
            new SLstm.Builder().nIn(16).nOut(32).heads(2).build(),
            new FlashGru.Builder().nIn(16).nOut(32).build(),
            new ParaGru.Builder().nIn(16).nOut(32).build(),
            new ParaLstm.Builder().nIn(16).nOut(32).build(),
            newton);
    for (SequenceLayer<?> layer : layers) {
      List<Candidate> candidates = new ArrayList<>();
      for (int steps : new int[] {1024, 4096, 16384}) {
        Shape shape = new Shape(4, steps, 16, 32);
        candidates.add(new Candidate("T" + steps, pass(layer, shape, true)));
      }
      String name = layer.getClass().getSimpleName() + (layer.equals(newton) ? " by Newton" : "");
      report("forward and backward of " + name + ", B4 C16 H32", rounds, warmUp, candidates);
    }
  }

  /** A pass through the kernel of a layer, with parameters as it starts with them. */
  private static Runnable pass(SequenceLayer<?> layer, Shape shape, boolean backward) {
    LayerUnit unit = layer.unit(Execution.HOST, DataType.FLOAT);
    List<TensorShape> parameters = unit.parameters();
    int states = unit.states().size();
    INDArray[] inputs = new INDArray[2 + parameters.size() + states];
    INDArray[] gradients = new INDArray[inputs.length];
    inputs[0] = Nd4j.randn(DataType.FLOAT, shape.batch, shape.steps, shape.inputs);
    gradients[0] = inputs[0].ulike();
    for (int i = 0; i < parameters.size(); i++) {
      INDArray parameter = Nd4j.create(DataType.FLOAT, parameters.get(i).toArray());
      layer.initializeParameter(parameters.get(i), parameter);
      inputs[2 + i] = parameter;
      gradients[2 + i] = parameter.ulike();
    }
    INDArray[] outputs = new INDArray[1 + states];
    outputs[0] = Nd4j.create(DataType.FLOAT, shape.batch, shape.steps, shape.width);
    INDArray[] cotangents = new INDArray[1 + states];
    cotangents[0] = Nd4j.randn(DataType.FLOAT, outputs[0].shape());
    return () -> {
      unit.forward(inputs, outputs, backward);
      if (backward) {
        unit.backward(inputs, cotangents, gradients);
      }
    };
  }

  private static void step(int rounds, double warmUp) {
    int width = 64;
    INDArray x = Nd4j.randn(DataType.FLOAT, 1, width, 1);
    MultiLayerNetwork stock = stock(width, width);
    MultiLayerNetwork flash = LstmConversion.convert(stock);
    Stepper stepper = Stepper.of(flash, 1);
    float[] in = new float[width];
    float[] out = new float[Networks.CLASSES];
    int calls = 200;
    report(
        calls + " steps, N=1, width " + width,
        rounds,
        warmUp,
        List.of(
            new Candidate("DL4J LSTM rnnTimeStep", () -> repeat(calls, () -> stock.rnnTimeStep(x))),
            new Candidate("FlashLstm rnnTimeStep", () -> repeat(calls, () -> flash.rnnTimeStep(x))),
            new Candidate("FlashLstm Stepper", () -> repeat(calls, () -> stepper.step(in, out)))));
  }

  private static void repeat(int calls, Runnable action) {
    for (int i = 0; i < calls; i++) {
      action.run();
    }
  }

  private record Candidate(String name, Runnable action) {}

  private static void report(String title, int rounds, double warmUp, List<Candidate> candidates) {
    for (Candidate candidate : candidates) {
      long end = System.nanoTime() + (long) (warmUp * 1e9);
      while (System.nanoTime() < end) {
        candidate.action.run();
      }
    }
    List<double[]> times = new ArrayList<>();
    candidates.forEach(c -> times.add(new double[rounds]));
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < candidates.size(); i++) {
        long start = System.nanoTime();
        candidates.get(i).action.run();
        times.get(i)[round] = (System.nanoTime() - start) / 1e6;
      }
    }
    System.out.println(title);
    times.forEach(Arrays::sort);
    for (int i = 0; i < candidates.size(); i++) {
      double median = times.get(i)[rounds / 2];
      System.out.printf(
          Locale.ROOT,
          "  %-24s %9.3f ms (%.3f)   %.3gx (%.3gx)%n",
          candidates.get(i).name,
          median,
          times.get(i)[0],
          times.get(0)[rounds / 2] / median,
          times.get(0)[0] / times.get(i)[0]);
    }
  }
}
