package org.dl4jext.zoo.golden;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.dl4jext.samediff.DifferentiableUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A forward and a backward pass: what came out.
 *
 * @param outputs in the order of the unit
 * @param gradients by the inputs, in the order of the unit; null where the input is absent
 */
record Passes(INDArray[] outputs, INDArray[] gradients) {

  /**
   * What goes in.
   *
   * @param inputs in the order of the unit, null where absent
   * @param shapes of the outputs
   * @param cotangents one for each output, null for zero
   * @param type data type of all arrays
   */
  record Arguments(INDArray[] inputs, long[][] shapes, INDArray[] cotangents, DataType type) {}

  /** A way through a unit: directly, or as an op of a graph. */
  @FunctionalInterface
  interface Door {
    Passes run(Arguments arguments);
  }

  /** Calls the unit with result arrays full of NaN, since results overwrite what was there. */
  static Passes of(DifferentiableUnit unit, Arguments given) {
    INDArray[] outputs =
        Arrays.stream(given.shapes).map(shape -> nan(given.type, shape)).toArray(INDArray[]::new);
    INDArray[] gradients =
        Arrays.stream(given.inputs)
            .map(input -> input == null ? null : nan(given.type, input.shape()))
            .toArray(INDArray[]::new);
    unit.forward(given.inputs, outputs, true);
    unit.backward(given.inputs, given.cotangents, gradients);
    return new Passes(outputs, gradients);
  }

  private static INDArray nan(DataType type, long... shape) {
    return Nd4j.valueArrayOf(shape, Double.NaN, type);
  }

  /** The arrays under their names in a case. */
  static Map<String, GoldenArray> named(List<String> names, INDArray[] arrays) {
    Map<String, GoldenArray> named = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      if (arrays[i] != null) {
        named.put(Objects.requireNonNull(names.get(i)), GoldenArray.of(arrays[i]));
      }
    }
    return named;
  }
}
