package org.dl4jext.samediff.cells;

import java.util.List;
import java.util.stream.Stream;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.UnitRuns;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Random inputs for the cells. */
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
    inputs[0] = UnitRuns.random(type, 1, batch, steps, layout.inputSize());
    for (int i = 0; i < parameters.size(); i++) {
      inputs[2 + i] = UnitRuns.random(type, 0.5, parameters.get(i).toArray());
    }
    for (int i = 0; i < states.size(); i++) {
      INDArray state = UnitRuns.random(type, 0.5, states.get(i).withBatch(batch));
      // The normaliser of the sLSTM is at least 1.
      boolean normaliser = states.get(i).name().equals("n");
      inputs[2 + parameters.size() + i] = normaliser ? state.mul(state).addi(1) : state;
    }
    return inputs;
  }
}
