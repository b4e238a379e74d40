package org.dl4jext.samediff;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Holds the backward pass of a unit against central differences of its forward pass, in DOUBLE. */
public final class FiniteDifferences {

  private static final double STEP = 2e-6;
  private static final double TOLERANCE = 2e-7;

  private FiniteDifferences() {}

  /**
   * Checks every element of every floating input.
   *
   * @param outputShapes shapes of the outputs
   * @param skip index of an input without gradient, or -1
   */
  public static void check(
      DifferentiableUnit unit, INDArray[] inputs, long[][] outputShapes, int skip) {
    INDArray[] cotangents = new INDArray[outputShapes.length];
    for (int i = 0; i < cotangents.length; i++) {
      cotangents[i] = Nd4j.randn(DataType.DOUBLE, outputShapes[i]);
    }
    INDArray[] gradients = new INDArray[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      gradients[i] =
          inputs[i] == null || i == skip ? null : Nd4j.create(DataType.DOUBLE, inputs[i].shape());
    }
    unit.forward(inputs, empty(outputShapes), true);
    unit.backward(inputs, cotangents, gradients);
    for (int i = 0; i < inputs.length; i++) {
      if (gradients[i] != null) {
        checkInput(unit, inputs, outputShapes, cotangents, i, gradients[i]);
      }
    }
  }

  private static void checkInput(
      DifferentiableUnit unit,
      INDArray[] inputs,
      long[][] outputShapes,
      INDArray[] cotangents,
      int input,
      INDArray gradient) {
    for (long e = 0; e < inputs[input].length(); e++) {
      double value = inputs[input].getDouble(e);
      inputs[input].putScalar(e, value + STEP);
      double above = loss(unit, inputs, outputShapes, cotangents);
      inputs[input].putScalar(e, value - STEP);
      double below = loss(unit, inputs, outputShapes, cotangents);
      inputs[input].putScalar(e, value);
      double want = (above - below) / (2 * STEP);
      double tolerance = TOLERANCE * Math.max(1, Math.abs(want));
      assertEquals(want, gradient.getDouble(e), tolerance, "input " + input + " element " + e);
    }
  }

  private static double loss(
      DifferentiableUnit unit, INDArray[] inputs, long[][] shapes, INDArray[] cotangents) {
    INDArray[] outputs = empty(shapes);
    unit.forward(inputs, outputs, false);
    double loss = 0;
    for (int i = 0; i < outputs.length; i++) {
      loss += outputs[i].mul(cotangents[i]).sumNumber().doubleValue();
    }
    return loss;
  }

  private static INDArray[] empty(long[][] shapes) {
    INDArray[] arrays = new INDArray[shapes.length];
    for (int i = 0; i < shapes.length; i++) {
      arrays[i] = Nd4j.create(DataType.DOUBLE, shapes[i]);
    }
    return arrays;
  }
}
