package org.dl4jext.samediff.block;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerUnit;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The SameDiff functions against the reference units: values and gradients. */
class BlockFunctionsTest {

  private static final int ROWS = 6;
  private static final int SIZE = 5;

  @Test
  void rmsNormIsTheUnit() {
    compare(
        BlockUnits.norm(RmsNormSpec.standard(), SIZE, Execution.REFERENCE, DataType.DOUBLE),
        v -> BlockFunctions.rmsNorm(v.get("x"), 1, v.get("g"), 1e-5));
  }

  @Test
  void layerNormIsTheUnit() {
    compare(
        BlockUnits.norm(LayerNormSpec.standard(), SIZE, Execution.REFERENCE, DataType.DOUBLE),
        v -> BlockFunctions.layerNorm(v.get("x"), 1, v.get("g"), v.get("b"), 1e-5));
  }

  @Test
  void normsWithoutParametersAreTheUnits() {
    compare(
        BlockUnits.norm(
            LayerNormSpec.standard().withGain(false).withBias(false),
            SIZE,
            Execution.REFERENCE,
            DataType.DOUBLE),
        v -> BlockFunctions.layerNorm(v.get("x"), 1, null, null, 1e-5));
  }

  @Test
  void swiGluIsTheUnit() {
    compare(
        BlockUnits.swiGlu(SwiGluSpec.ofHidden(4), SIZE, 3, Execution.REFERENCE, DataType.DOUBLE),
        v -> BlockFunctions.swiGlu(v.get("x"), v.get("W"), v.get("Wo")));
  }

  @Test
  void normOfRankThreeIsThatOfItsRows() {
    Nd4j.getRandom().setSeed(4);
    INDArray x = Nd4j.randn(DataType.DOUBLE, 2, 3, SIZE);
    SameDiff sd = SameDiff.create();
    SDVariable deep = BlockFunctions.layerNorm(sd.constant(x), 2, null, null, 0.1);
    SDVariable flat = BlockFunctions.layerNorm(sd.constant(x.reshape(6, SIZE)), 1, null, null, 0.1);
    assertArrayEquals(
        flat.eval().ravel().toDoubleVector(), deep.eval().ravel().toDoubleVector(), 1e-15);
  }

  @Test
  void negativeAxisIsAnError() {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.constant(Nd4j.ones(DataType.DOUBLE, 2, 2));
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> BlockFunctions.rmsNorm(x, -1, null, 1e-5))
            .getMessage();
    assertTrue(message.contains("lastAxis is -1"), message);
  }

  /** When this fails, reductions over a negative axis have been repaired. */
  @Test
  void canaryMeanOverANegativeAxisIsWrong() {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.constant(Nd4j.ones(DataType.DOUBLE, 2, 3, 4));
    assertEquals(0, x.mean(true, -1).eval().ravel().getDouble(5));
    assertEquals(1, x.mean(true, 2).eval().ravel().getDouble(5));
  }

  private static void compare(
      LayerUnit unit, Function<Map<String, SDVariable>, SDVariable> function) {
    Nd4j.getRandom().setSeed(4);
    INDArray[] inputs = new INDArray[LayerUnit.FIRST_PARAMETER + unit.parameters().size()];
    inputs[0] = Nd4j.randn(DataType.DOUBLE, 1, ROWS, SIZE);
    SameDiff sd = SameDiff.create();
    Map<String, SDVariable> variables = new LinkedHashMap<>();
    variables.put("x", sd.var("x", inputs[0].reshape(ROWS, SIZE)));
    for (int i = LayerUnit.FIRST_PARAMETER; i < inputs.length; i++) {
      var shape = unit.parameters().get(i - LayerUnit.FIRST_PARAMETER);
      inputs[i] = Nd4j.randn(DataType.DOUBLE, shape.toArray());
      variables.put(shape.name(), sd.var(shape.name(), inputs[i]));
    }
    INDArray y = Nd4j.create(DataType.DOUBLE, 1, ROWS, unit.outputSize());
    INDArray dy = Nd4j.randn(y.shape()).castTo(DataType.DOUBLE);
    INDArray[] gradients =
        Arrays.stream(inputs).map(a -> a == null ? null : a.ulike()).toArray(INDArray[]::new);
    unit.forward(inputs, new INDArray[] {y}, true);
    unit.backward(inputs, new INDArray[] {dy}, gradients);

    SDVariable out = function.apply(variables);
    out.mul(sd.constant(dy.reshape(ROWS, unit.outputSize()))).sum().rename("loss");
    sd.setLossVariables("loss");
    assertClose(y, out.eval());
    Map<String, INDArray> actual =
        sd.calculateGradients(Map.of(), variables.keySet().toArray(String[]::new));
    assertClose(gradients[0], actual.get("x"));
    for (int i = LayerUnit.FIRST_PARAMETER; i < inputs.length; i++) {
      String name = unit.parameters().get(i - LayerUnit.FIRST_PARAMETER).name();
      assertClose(gradients[i], actual.get(name));
    }
  }

  private static void assertClose(INDArray expected, INDArray actual) {
    assertArrayEquals(
        expected.dup('c').data().asDouble(), actual.dup('c').data().asDouble(), 1e-12);
  }
}
