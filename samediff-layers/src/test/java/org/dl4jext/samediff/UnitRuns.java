package org.dl4jext.samediff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Runs units on random arrays and compares what comes out. */
public final class UnitRuns {

  private UnitRuns() {}

  /**
   * What a unit computed.
   *
   * @param outputs what forward gave
   * @param gradients by all inputs but masks
   */
  public record Result(INDArray[] outputs, INDArray[] gradients) {}

  /** Normal with mean 0. */
  public static INDArray random(DataType type, double scale, long... shape) {
    return Nd4j.randn(DataType.DOUBLE, shape).muli(scale).castTo(type);
  }

  /** A random gradient for each output. */
  public static INDArray[] cotangents(DataType type, long[][] outputShapes) {
    return Stream.of(outputShapes).map(s -> random(type, 1, s)).toArray(INDArray[]::new);
  }

  /** All arrays in a data type; null stays null. */
  public static INDArray[] cast(INDArray[] arrays, DataType type) {
    return Stream.of(arrays).map(a -> a == null ? null : a.castTo(type)).toArray(INDArray[]::new);
  }

  /** A random mask [batch,steps]. */
  public static INDArray mask(int batch, int steps) {
    return Nd4j.rand(DataType.DOUBLE, batch, steps).gt(0.4).castTo(DataType.DOUBLE);
  }

  /** Shapes of y and of the last states. */
  public static long[][] outputShapes(LayerUnit unit, int batch, int steps) {
    long[][] shapes = new long[1 + unit.states().size()][];
    shapes[0] = new long[] {batch, steps, unit.outputSize()};
    for (int i = 1; i < shapes.length; i++) {
      shapes[i] = unit.states().get(i - 1).withBatch(batch);
    }
    return shapes;
  }

  /** Forward and backward of a layer, with results that start as NaN. */
  public static Result run(LayerUnit unit, INDArray[] inputs, INDArray[] cotangents) {
    return run(unit, inputs, cotangents, 1);
  }

  /**
   * Forward and backward with results that start as NaN.
   *
   * @param without index of the input that has no gradient; -1 for none
   */
  public static Result run(
      DifferentiableUnit unit, INDArray[] inputs, INDArray[] cotangents, int without) {
    INDArray[] outputs = nan(cotangents);
    INDArray[] gradients = nan(inputs);
    if (without >= 0) {
      gradients[without] = null;
    }
    unit.forward(inputs, outputs, true);
    unit.backward(inputs, cotangents, gradients);
    return new Result(outputs, gradients);
  }

  private static INDArray[] nan(INDArray[] like) {
    return Stream.of(like)
        .map(a -> a == null ? null : Nd4j.valueArrayOf(a.shape(), Double.NaN, a.dataType()))
        .toArray(INDArray[]::new);
  }

  /** Largest difference at most so much of the largest element, or of 1; and no NaN. */
  public static void requireClose(Result want, Result got, double tolerance) {
    requireClose("output", want.outputs(), got.outputs(), tolerance);
    requireClose("gradient", want.gradients(), got.gradients(), tolerance);
  }

  private static void requireClose(String what, INDArray[] want, INDArray[] got, double tolerance) {
    for (int i = 0; i < want.length; i++) {
      if (want[i] != null) {
        double[] expected = want[i].dup('c').data().asDouble();
        double[] actual = got[i].castTo(DataType.DOUBLE).dup('c').data().asDouble();
        double largest = Math.max(1, Arrays.stream(expected).map(Math::abs).max().orElse(0));
        assertArrayEquals(expected, actual, tolerance * largest, what + " " + i);
      }
    }
  }

  /**
   * NaN and infinity at masked steps of x and of the gradient of y change no bit of any result.
   *
   * @param inputs with a mask; overwritten
   * @param cotangents overwritten
   */
  public static void requireMaskedStepsUnseen(
      LayerUnit unit, INDArray[] inputs, INDArray[] cotangents) {
    Result clean = run(unit, inputs, cotangents);
    INDArray mask = inputs[1];
    for (int n = 0; n < mask.size(0); n++) {
      for (int t = 0; t < mask.size(1); t++) {
        if (mask.getDouble(n, t) == 0) {
          Views.at(Views.at(inputs[0], 0, n), 0, t).assign(Double.POSITIVE_INFINITY);
          inputs[0].putScalar(new int[] {n, t, 0}, Double.NaN);
          Views.at(Views.at(cotangents[0], 0, n), 0, t).assign(Double.NaN);
        }
      }
    }
    Result poisoned = run(unit, inputs, cotangents);
    requireSame("output", clean.outputs(), poisoned.outputs());
    requireSame("gradient", clean.gradients(), poisoned.gradients());
  }

  private static void requireSame(String what, INDArray[] want, INDArray[] got) {
    for (int i = 0; i < want.length; i++) {
      if (want[i] != null) {
        double[] expected = want[i].dup('c').data().asDouble();
        assertTrue(Arrays.stream(expected).allMatch(Double::isFinite), what + " " + i);
        assertArrayEquals(expected, got[i].dup('c').data().asDouble(), what + " " + i);
      }
    }
  }
}
