package org.dl4jext.samediff.plstm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.TensorShape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class PlstmGraphLayerTest {

  private static final double[][] X = {{1, 4}, {-2, 1}, {0.5, 3}, {-1.5, 2}};

  static Stream<Arguments> forms() {
    return Stream.of(Execution.values())
        .flatMap(e -> Stream.of(PlstmMode.values()).map(mode -> Arguments.of(e, mode)));
  }

  /** Gates of 1/2, queries and keys of 1, values x; t is the first feature of an edge's end. */
  private static INDArray parameter(TensorShape shape) {
    INDArray array = Nd4j.zeros(DataType.DOUBLE, shape.toArray());
    return switch (shape.name()) {
      case "transitionW" -> array.putScalar(0, 4, 1);
      case "queryB", "keyB", "normG" -> array.assign(1);
      case "valueW", "outW" -> array.assign(Nd4j.eye(2));
      default -> array;
    };
  }

  /** From 0 to 1, and from there to 2 and to 3. */
  @ParameterizedTest
  @MethodSource("forms")
  void aForkHasTheValueOfTheFormula(Execution execution, PlstmMode mode) {
    PlstmGraphSpec spec = new PlstmGraphSpec(mode, false, 1, 1, 2, 1e-5);
    List<TensorShape> shapes = spec.parameters(2, 2);
    INDArray[] inputs = new INDArray[PlstmGraphLayer.FIRST_PARAMETER + shapes.size()];
    inputs[0] = Nd4j.createFromArray(new double[][][] {X});
    inputs[PlstmGraphLayer.EDGES] =
        Nd4j.createFromArray(new double[][][] {{{0, 1}, {1, 2}, {1, 3}}});
    for (int i = 0; i < shapes.size(); i++) {
      inputs[PlstmGraphLayer.FIRST_PARAMETER + i] = parameter(shapes.get(i));
    }
    INDArray y = Nd4j.create(DataType.DOUBLE, 1, 4, 2);
    new PlstmGraphLayer(spec, 2, 2, execution, DataType.DOUBLE)
        .forward(inputs, new INDArray[] {y}, false);
    for (int leaf = 2; leaf < 4; leaf++) {
      double t = X[leaf][0];
      double transition = mode == PlstmMode.P ? t / (0.5 + 0.5 + 1.5) : Math.tanh(t);
      double[] read = new double[2];
      for (int c = 0; c < 2; c++) {
        read[c] = 0.25 * X[1][c] + 0.25 * transition * X[0][c] + 0.5 * X[leaf][c];
      }
      double root = Math.sqrt((read[0] * read[0] + read[1] * read[1]) / 2 + 1e-5);
      for (int c = 0; c < 2; c++) {
        assertEquals(read[c] / root, y.getDouble(0, leaf, c), 1e-12, "node " + leaf);
      }
    }
  }
}
