package org.dl4jext.samediff.plstm;

import java.util.Arrays;
import org.dl4jext.samediff.ReferenceArrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** An array of {@link Traced} numbers in c order. */
final class TracedArray {

  /** A computation as a function of its inputs, of which some may be null. */
  @FunctionalInterface
  interface Formula {
    TracedArray[] apply(Traced.Tape record, TracedArray[] inputs);
  }

  private final Traced.Tape record;
  private final int[] shape;
  private final Traced[] values;

  private TracedArray(Traced.Tape record, int[] shape) {
    this(record, shape, new Traced[Arrays.stream(shape).reduce(1, (a, b) -> a * b)]);
  }

  private TracedArray(Traced.Tape record, int[] shape, Traced[] values) {
    this.record = record;
    this.shape = shape;
    this.values = values;
  }

  /** Zeros. */
  static TracedArray zeros(Traced.Tape record, int... shape) {
    TracedArray array = new TracedArray(record, shape.clone());
    Traced zero = record.of(0);
    Arrays.fill(array.values, zero);
    return array;
  }

  private static TracedArray of(Traced.Tape record, INDArray given) {
    if (given == null) {
      return null;
    }
    int[] shape = Arrays.stream(given.shape()).mapToInt(Math::toIntExact).toArray();
    TracedArray array = new TracedArray(record, shape);
    double[] flat = ReferenceArrays.flat(given);
    for (int i = 0; i < flat.length; i++) {
      array.values[i] = record.of(flat[i]);
    }
    return array;
  }

  int size(int axis) {
    return shape[axis];
  }

  private int index(int... at) {
    int index = 0;
    for (int i = 0; i < shape.length; i++) {
      index = index * shape[i] + at[i];
    }
    return index;
  }

  Traced at(int... at) {
    return values[index(at)];
  }

  void set(Traced value, int... at) {
    values[index(at)] = value;
  }

  void add(Traced value, int... at) {
    int i = index(at);
    values[i] = values[i].plus(value);
  }

  /** A view with other axes. */
  TracedArray reshape(int... axes) {
    return new TracedArray(record, axes.clone(), values);
  }

  private double[] numbers() {
    return Arrays.stream(values).mapToDouble(v -> v.value).toArray();
  }

  private double[] gradients() {
    return Arrays.stream(values).mapToDouble(v -> v.gradient).toArray();
  }

  private static TracedArray[] all(Traced.Tape record, INDArray[] given) {
    return Arrays.stream(given).map(a -> of(record, a)).toArray(TracedArray[]::new);
  }

  /** Computes the outputs of a formula. */
  static void forward(Formula formula, INDArray[] inputs, INDArray[] outputs) {
    Traced.Tape record = new Traced.Tape();
    TracedArray[] results = formula.apply(record, all(record, inputs));
    for (int i = 0; i < outputs.length; i++) {
      ReferenceArrays.write(results[i].numbers(), outputs[i]);
    }
  }

  /** Computes the gradients of a formula. */
  static void backward(
      Formula formula, INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    Traced.Tape record = new Traced.Tape();
    TracedArray[] given = all(record, inputs);
    TracedArray[] results = formula.apply(record, given);
    for (int i = 0; i < results.length; i++) {
      if (outputGradients[i] != null) {
        double[] flat = ReferenceArrays.flat(outputGradients[i]);
        for (int e = 0; e < flat.length; e++) {
          results[i].values[e].gradient += flat[e];
        }
      }
    }
    record.backward();
    for (int i = 0; i < given.length; i++) {
      if (inputGradients[i] != null) {
        ReferenceArrays.write(given[i].gradients(), inputGradients[i]);
      }
    }
  }
}
