package org.dl4jext.samediff.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.dl4jext.samediff.Views;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.InferenceSession;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Faults of DL4J 1.0.0-M2.1 that this module works around. Each test passes while the fault is
 * there; when a later release repairs it, the test fails and says which workaround can go.
 */
class Dl4jTrapTest {

  private static final double STEP = 1e-6;

  private static void requireFault(boolean present, String workaround) {
    if (!present) {
      fail("DL4J has repaired this; the workaround can go: " + workaround);
    }
  }

  /** Largest difference between SameDiff's gradient of sum(f(x)^2) and finite differences. */
  private static double gradientError(INDArray x, BiFunction<SameDiff, SDVariable, SDVariable> f) {
    SameDiff sd = SameDiff.create();
    SDVariable v = sd.var("x", x.dup());
    SDVariable y = f.apply(sd, v);
    sd.math().square(y).sum("loss");
    sd.setLossVariables("loss");
    INDArray got = sd.calculateGradients(Map.of(), "x").get("x");
    Supplier<Double> loss = () -> sd.output(Map.of(), "loss").get("loss").getDouble(0);
    double worst = 0;
    INDArray array = v.getArr();
    for (long i = 0; i < x.length(); i++) {
      double value = array.getDouble(i);
      array.putScalar(i, value + STEP);
      double above = loss.get();
      array.putScalar(i, value - STEP);
      double below = loss.get();
      array.putScalar(i, value);
      worst = Math.max(worst, Math.abs((above - below) / (2 * STEP) - got.getDouble(i)));
    }
    return worst;
  }

  private static boolean fails(Runnable work) {
    try {
      work.run();
      return false;
    } catch (RuntimeException e) {
      return true;
    }
  }

  @Test
  void theFiniteDifferencesOfThisTestAgreeOnASoundOp() {
    INDArray x = Nd4j.createFromArray(new double[][] {{0.3, -0.2}, {0.7, 0.4}});
    assertEquals(0, gradientError(x, (sd, v) -> sd.math().tanh(v)), 1e-7);
  }

  @Test
  void getOfAPartOfAViewIsEmpty() {
    INDArray whole = Nd4j.arange(80).castTo(DataType.DOUBLE).reshape(2, 2, 5, 4);
    INDArray second =
        whole.get(
            NDArrayIndex.all(), NDArrayIndex.point(1), NDArrayIndex.all(), NDArrayIndex.all());
    INDArray part =
        second.get(NDArrayIndex.interval(1, 2), NDArrayIndex.interval(0, 2), NDArrayIndex.all());
    assertEquals(60, Views.cut(Views.cut(second, 0, 1, 2), 1, 0, 2).getDouble(0));
    requireFault(part.isEmpty(), "Views");
  }

  @Test
  void broadcastToTheOwnShapeWritesNothing() {
    INDArray result = Nd4j.zeros(DataType.DOUBLE, 2, 2);
    Nd4j.ones(DataType.DOUBLE, 2, 2).broadcast(result);
    requireFault(
        result.sumNumber().doubleValue() == 0,
        "DeltaChunks.decays adds to zeros, SelectUnit treats equal shapes apart");
  }

  @Test
  void aReductionThatKeepsANegativeAxisIsWrong() {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.constant(Nd4j.arange(24).castTo(DataType.DOUBLE).reshape(2, 3, 4));
    double[] sums = x.sum(true, -1).eval().dup('c').data().asDouble();
    requireFault(
        !Arrays.equals(sums, new double[] {6, 22, 38, 54, 70, 86}), "only axes from 0 on are used");
  }

  @Test
  void theGradientOfAReverseCumulativeSumIsWrong() {
    INDArray x = Nd4j.createFromArray(1.0, -2.0, 0.5);
    double error = gradientError(x, (sd, v) -> sd.cumsum(v, false, true, 0));
    requireFault(error > 1e-3, "running sums are products with a triangular matrix");
  }

  @Test
  void theGradientOfAMatrixInverseIsWrong() {
    INDArray x = Nd4j.createFromArray(new double[][] {{2, 0.5}, {-0.3, 1.5}});
    double error = gradientError(x, (sd, v) -> sd.linalg().matrixInverse(v));
    requireFault(error > 1e-3, "DeltaChunks.inverse with its own backward pass");
  }

  @Test
  void whereHasNoGradient() {
    INDArray x = Nd4j.createFromArray(1.0, 2.0);
    boolean failed =
        fails(
            () ->
                gradientError(
                    x,
                    (sd, v) ->
                        sd.where(v, v.mul(2), sd.constant(Nd4j.createFromArray(true, false)))));
    requireFault(failed, "SelectOp");
  }

  @Test
  void multiplyingByAMaskLetsNaNThrough() {
    double product = Nd4j.scalar(Double.NaN).mul(Nd4j.scalar(0.0)).getDouble(0);
    assertTrue(Double.isNaN(product), "not a fault: why SelectOp selects");
  }

  @Test
  void differentiatingPrintsALineForEachOp() {
    ByteArrayOutputStream captured = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(captured, true, StandardCharsets.UTF_8));
    try {
      SameDiff sd = SameDiff.create();
      sd.var("x", Nd4j.ones(DataType.DOUBLE, 2)).sum("loss");
      sd.setLossVariables("loss");
      sd.createGradFunction();
    } finally {
      System.setOut(before);
    }
    requireFault(
        captured.toString(StandardCharsets.UTF_8).contains("Added differentiated op"),
        "Gradients.create");
  }

  @Test
  @SuppressWarnings("unchecked")
  void aSessionRemembersEveryFreedArray() throws ReflectiveOperationException {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.DOUBLE, -1);
    sd.math().tanh(sd.math().square(x).add(1)).sum("y");
    Map<String, INDArray> in = Map.of("x", Nd4j.ones(DataType.DOUBLE, 3));
    sd.output(in, "y");
    InferenceSession session = sd.getSessions().values().iterator().next();
    Field field = InferenceSession.class.getDeclaredField("freedArrays");
    field.setAccessible(true);
    int before = ((Set<Long>) field.get(session)).size();
    for (int i = 1; i <= 20; i++) {
      sd.output(Map.of("x", Nd4j.ones(DataType.DOUBLE, i)), "y").get("y").close();
    }
    int grown = ((Set<Long>) field.get(session)).size() - before;
    requireFault(grown >= 20, "clearing the sessions of a graph that runs for long");
    sd.getSessions().clear();
    sd.output(in, "y");
    assertEquals(1, sd.getSessions().size());
  }

  @Test
  void aCustomOpWithoutNativeCodeNeedsTheHook() {
    assertFalse(
        Nd4j.getExecutioner().getCustomOperations().containsKey("dl4jext_select"),
        "an op of this library must not clash with a native one");
    assertTrue(
        Nd4j.getExecutioner().getCustomOperations().containsKey("noop"),
        "JavaOp needs ND4J's noop to hand back");
  }
}
