package org.dl4jext.samediff.cells;

import java.util.List;
import java.util.stream.Stream;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.TensorShape;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Random inputs for the cells, and the arrays that come out. */
final class CellCases {

  private CellCases() {}

  static Stream<CellSpec> specs() {
    return Stream.of(
        ElmanSpec.classic(),
        new ElmanSpec(2, CellActivation.RELU),
        LstmSpec.classic(),
        LstmSpec.classic().withHeads(3),
        LstmSpec.classic()
            .withGateActivation(CellActivation.HARD_SIGMOID)
            .withActivation(CellActivation.SOFTSIGN),
        GruSpec.classic(),
        new GruSpec(2),
        SlstmSpec.ofHeads(1),
        SlstmSpec.ofHeads(2));
  }

  /** x, mask, parameters and states of a layer. */
  static INDArray[] layerInputs(CellLayout layout, DataType type, int batch, int steps) {
    List<TensorShape> parameters = layout.parameters();
    List<TensorShape> states = layout.states();
    INDArray[] inputs = new INDArray[2 + parameters.size() + states.size()];
    inputs[0] = random(type, 1, batch, steps, layout.inputSize());
    for (int i = 0; i < parameters.size(); i++) {
      inputs[2 + i] = random(type, 0.5, parameters.get(i).toArray());
    }
    for (int i = 0; i < states.size(); i++) {
      INDArray state = random(type, 0.5, states.get(i).withBatch(batch));
      // The normaliser of the sLSTM is at least 1.
      boolean normaliser = states.get(i).name().equals("n");
      inputs[2 + parameters.size() + i] = normaliser ? state.mul(state).addi(1) : state;
    }
    return inputs;
  }

  static INDArray random(DataType type, double scale, long... shape) {
    return Nd4j.randn(DataType.DOUBLE, shape).muli(scale).castTo(type);
  }

  static long[][] outputShapes(CellLayout layout, int batch, int steps) {
    long[][] shapes = new long[1 + layout.states().size()][];
    shapes[0] = new long[] {batch, steps, layout.outputSize()};
    for (int i = 1; i < shapes.length; i++) {
      shapes[i] = layout.states().get(i - 1).withBatch(batch);
    }
    return shapes;
  }

  /**
   * @param outputs what forward gave
   * @param gradients by all inputs but the mask
   */
  record Result(INDArray[] outputs, INDArray[] gradients) {}

  /** Forward and backward with results that start as NaN. */
  static Result run(
      DifferentiableUnit unit, INDArray[] inputs, long[][] outputShapes, INDArray[] cotangents) {
    DataType type = inputs[0].dataType();
    INDArray[] outputs = new INDArray[outputShapes.length];
    for (int i = 0; i < outputs.length; i++) {
      outputs[i] = Nd4j.valueArrayOf(outputShapes[i], Double.NaN, type);
    }
    INDArray[] gradients = new INDArray[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      gradients[i] =
          inputs[i] == null || (i == 1 && inputs[i].rank() == 2 && inputs[0].rank() == 3)
              ? null
              : Nd4j.valueArrayOf(inputs[i].shape(), Double.NaN, type);
    }
    unit.forward(inputs, outputs, true);
    unit.backward(inputs, cotangents, gradients);
    return new Result(outputs, gradients);
  }

  static INDArray[] cast(INDArray[] arrays, DataType type) {
    return Stream.of(arrays).map(a -> a == null ? null : a.castTo(type)).toArray(INDArray[]::new);
  }
}
