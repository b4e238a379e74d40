package org.dl4jext.samediff.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class SelectOpTest {

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"BOOL", "FLOAT", "INT", "DOUBLE"})
  void whatIsNotSelectedCannotBeSeen(DataType maskType) {
    SameDiff sd = SameDiff.create();
    INDArray mask = Nd4j.createFromArray(new double[][] {{1, 0}, {0, 1}}).castTo(maskType);
    INDArray bad = Nd4j.ones(DataType.DOUBLE, 2, 2, 3);
    bad.get(NDArrayIndex.point(0), NDArrayIndex.point(1)).assign(Double.NaN);
    bad.get(NDArrayIndex.point(1), NDArrayIndex.point(0)).assign(Double.POSITIVE_INFINITY);
    SDVariable a = sd.var("a", bad);
    SDVariable b = sd.var("b", Nd4j.zeros(DataType.DOUBLE, 2, 2, 3));
    SDVariable y = SelectOp.apply(sd, sd.constant("mask", mask), a, b);
    sd.math().square(y.add(1)).sum("loss", 0, 1, 2);
    sd.setLossVariables("loss");
    Gradients.create(sd);
    Map<String, INDArray> gradients = sd.calculateGradients(Map.of(), "a", "b");
    double[] selected = {4, 4, 4, 0, 0, 0, 0, 0, 0, 4, 4, 4};
    double[] other = {0, 0, 0, 2, 2, 2, 2, 2, 2, 0, 0, 0};
    assertArrayEquals(selected, gradients.get("a").dup('c').data().asDouble());
    assertArrayEquals(other, gradients.get("b").dup('c').data().asDouble());
  }

  @Test
  void aMaskOfOnesBroadcastsOverItsAxis() {
    SameDiff sd = SameDiff.create();
    SDVariable a = sd.constant("a", Nd4j.ones(DataType.FLOAT, 2, 3, 2));
    SDVariable b = sd.constant("b", Nd4j.zeros(DataType.FLOAT, 2, 3, 2));
    SDVariable mask = sd.constant("m", Nd4j.createFromArray(new float[][] {{1, 0, 1}}));
    INDArray y = SelectOp.apply(sd, mask, a, b).eval();
    assertArrayEquals(
        new double[] {1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1}, y.dup('c').data().asDouble());
  }

  @Test
  void aMaskThatDoesNotFitIsRefused() {
    SameDiff sd = SameDiff.create();
    SDVariable a = sd.constant("a", Nd4j.ones(DataType.FLOAT, 2, 3));
    SDVariable mask = sd.constant("m", Nd4j.ones(DataType.FLOAT, 3));
    SDVariable y = SelectOp.apply(sd, mask, a, a);
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, y::eval);
    assertTrue(e.getMessage().startsWith("select: mask is [3]"), e.getMessage());
  }
}
