package org.dl4jext.recurrent.stepping;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.block.DoubleStepChain;
import org.dl4jext.samediff.block.FloatStepChain;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Runs a trained network step by step on Java arrays, for several independent streams at once and
 * without allocating anything. It gives what {@code net.rnnTimeStep} gives, up to rounding.
 *
 * <p>Supported are the layers of this library that are causal and have a step kernel, DenseLayer,
 * OutputLayer and RnnOutputLayer; any other layer is refused by name.
 *
 * <pre>{@code
 * Stepper stepper = Stepper.of(net, 1);
 * float[] x = new float[stepper.inputSize()];
 * float[] y = new float[stepper.outputSize()];
 * stepper.step(x, y);
 * }</pre>
 *
 * <p>Arrays hold the streams one after another: [streams,nIn] and [streams,nOut]. A FLOAT network
 * takes {@code float[]} and a DOUBLE network {@code double[]}. The parameters are copied when the
 * stepper is made. Not thread-safe; steppers of one network may run in different threads.
 */
public final class Stepper {

  private final StepPlan plan;
  private final FloatStepChain floats;
  private final DoubleStepChain doubles;

  private Stepper(StepPlan plan) {
    this.plan = plan;
    floats = plan.dataType() == DataType.FLOAT ? plan.floatChain() : null;
    doubles = plan.dataType() == DataType.DOUBLE ? plan.doubleChain() : null;
  }

  /**
   * A stepper whose streams all start from zero states.
   *
   * @param net initialised; its current parameters are copied
   * @param streams 1 or more
   * @throws UnsupportedOperationException if a layer or a preprocessor cannot run step by step here
   */
  public static Stepper of(MultiLayerNetwork net, int streams) {
    return new Stepper(StepPlan.of(net, streams));
  }

  /** Number of streams. */
  public int streams() {
    return plan.streams();
  }

  /** nIn of the network; {@code step} reads {@code streams() * inputSize()} values. */
  public int inputSize() {
    return plan.inputSize();
  }

  /** nOut of the network; {@code step} writes {@code streams() * outputSize()} values. */
  public int outputSize() {
    return plan.outputSize();
  }

  /** FLOAT or DOUBLE. */
  public DataType dataType() {
    return plan.dataType();
  }

  /**
   * Advances all streams of a FLOAT network by one step.
   *
   * @param x [streams,nIn]; only read
   * @param y [streams,nOut]; overwritten
   */
  public void step(float[] x, float[] y) {
    if (floats == null) {
      throw wrongType("float[]", "double[]");
    }
    requireLength("x", x.length, inputSize());
    requireLength("y", y.length, outputSize());
    floats.step(x, y);
  }

  /**
   * Advances all streams of a DOUBLE network by one step.
   *
   * @param x [streams,nIn]; only read
   * @param y [streams,nOut]; overwritten
   */
  public void step(double[] x, double[] y) {
    if (doubles == null) {
      throw wrongType("double[]", "float[]");
    }
    requireLength("x", x.length, inputSize());
    requireLength("y", y.length, outputSize());
    doubles.step(x, y);
  }

  private UnsupportedOperationException wrongType(String given, String allowed) {
    return new UnsupportedOperationException(
        "Stepper: step takes "
            + given
            + ", but the network is "
            + dataType()
            + "; allowed: "
            + allowed);
  }

  private void requireLength(String name, int length, int size) {
    if (length < streams() * size) {
      throw new IllegalArgumentException(
          "Stepper: "
              + name
              + " has "
              + length
              + " elements; allowed: "
              + streams()
              + " streams x "
              + size
              + " or more");
    }
  }

  /** Sets the states of all streams to zero. */
  public void reset() {
    for (int stream = 0; stream < streams(); stream++) {
      reset(stream);
    }
  }

  /** Sets the states of one stream to zero. */
  public void reset(int stream) {
    if (stream < 0 || stream >= streams()) {
      throw new IllegalArgumentException(
          "Stepper: stream is " + stream + "; allowed: 0 to " + (streams() - 1));
    }
    if (floats != null) {
      floats.reset(stream);
    } else {
      doubles.reset(stream);
    }
  }

  /** The states of all streams, for {@link #restore}. */
  public byte[] state() {
    double[][] values = new double[states().size()][];
    for (int i = 0; i < values.length; i++) {
      values[i] = read(i);
    }
    return StepState.encode(dataType(), streams(), states(), values);
  }

  /**
   * Takes over states, exactly as they were.
   *
   * @param state from {@link #state} of a stepper with the same layers, data type and streams
   * @throws IllegalArgumentException if it is anything else; the states are then unchanged
   */
  public void restore(byte[] state) {
    double[][] values = StepState.decode(state, dataType(), streams(), states());
    for (int i = 0; i < values.length; i++) {
      write(i, values[i]);
    }
  }

  /** Writes {@link #state} to a file, which is replaced as a whole or not at all. */
  public void save(Path file) throws IOException {
    StepState.write(file, state());
  }

  /**
   * Reads a file written by {@link #save}.
   *
   * @throws IllegalArgumentException as in {@link #restore}, with the name of the file
   */
  public void load(Path file) throws IOException {
    byte[] state = StepState.read(file);
    try {
      restore(state);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  private List<TensorShape> states() {
    return plan.states();
  }

  private int length(int state) {
    return Math.toIntExact(streams() * states().get(state).length());
  }

  private double[] read(int state) {
    double[] values = new double[length(state)];
    if (doubles != null) {
      doubles.readState(state, values);
      return values;
    }
    float[] narrow = new float[values.length];
    floats.readState(state, narrow);
    for (int i = 0; i < values.length; i++) {
      values[i] = narrow[i];
    }
    return values;
  }

  private void write(int state, double[] values) {
    if (doubles != null) {
      doubles.writeState(state, values);
      return;
    }
    float[] narrow = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      narrow[i] = (float) values[i];
    }
    floats.writeState(state, narrow);
  }
}
