package org.dl4jext.samediff.cells;

import static org.dl4jext.samediff.cells.RecurrenceArrays.BIAS;
import static org.dl4jext.samediff.cells.RecurrenceArrays.FIRST_STATE;
import static org.dl4jext.samediff.cells.RecurrenceArrays.R;
import static org.dl4jext.samediff.cells.RecurrenceArrays.X;

import org.dl4jext.samediff.DifferentiableUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A recurrence without projection in the {@code ARRAY} execution: {@link CellArrays}. */
final class CellRecurrenceArray implements DifferentiableUnit {

  private final CellSpec spec;
  private final DataType type;
  private CellArrays run;

  CellRecurrenceArray(CellSpec spec, DataType type) {
    this.spec = spec;
    this.type = type;
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    RecurrenceArrays arrays = RecurrenceArrays.of(spec, type, inputs);
    arrays.requireOutputs("outputs", outputs);
    run = null;
    CellArrays cell = new CellArrays(spec, Math.toIntExact(arrays.size()));
    INDArray x = inputs[X].permute(1, 0, 2, 3, 4).dup('c');
    INDArray y =
        cell.forward(
            x.reshape('c', x.size(0), x.size(1), x.length() / x.size(0) / x.size(1)),
            null,
            inputs[R],
            inputs[BIAS].dup('c').reshape(inputs[BIAS].length()),
            states(inputs, FIRST_STATE, arrays));
    if (outputs[0] != null) {
      INDArray timeMajor = outputs[0].permute(1, 0, 2, 3);
      timeMajor.assign(y.reshape('c', timeMajor.shape()));
    }
    for (int s = 1; s < outputs.length; s++) {
      if (outputs[s] != null) {
        outputs[s].assign(cell.last()[s - 1].reshape('c', outputs[s].shape()));
      }
    }
    run = keep ? cell : null;
  }

  /** Arrays [B,H,D] as [B,H*D]; zeros for null. */
  private INDArray[] states(INDArray[] from, int first, RecurrenceArrays arrays) {
    INDArray[] states = new INDArray[spec.kind().states().size()];
    long elements = spec.heads() * arrays.size();
    for (int s = 0; s < states.length; s++) {
      INDArray given = from[first + s];
      states[s] =
          given == null
              ? Nd4j.zeros(type, arrays.batch(), elements)
              : given.dup('c').reshape('c', arrays.batch(), elements);
    }
    return states;
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    if (run == null) {
      throw new IllegalStateException(spec.kind() + ": backward without a kept forward pass");
    }
    RecurrenceArrays arrays = RecurrenceArrays.of(spec, type, inputs);
    arrays.requireOutputs("output gradients", outputGradients);
    arrays.requireInputGradients(inputGradients);
    long elements = spec.heads() * arrays.size();
    INDArray dy =
        outputGradients[0] == null
            ? Nd4j.zeros(type, arrays.steps(), arrays.batch(), elements)
            : outputGradients[0]
                .permute(1, 0, 2, 3)
                .dup('c')
                .reshape('c', arrays.steps(), arrays.batch(), elements);
    CellArrays.Gradients d = run.backward(dy, states(outputGradients, 1, arrays));
    run = null;
    if (inputGradients[X] != null) {
      INDArray timeMajor = inputGradients[X].permute(1, 0, 2, 3, 4);
      timeMajor.assign(d.x().reshape('c', timeMajor.shape()));
    }
    assign(d.r(), inputGradients[R]);
    assign(d.b(), inputGradients[BIAS]);
    for (int s = 0; s < d.states().length; s++) {
      assign(d.states()[s], inputGradients[FIRST_STATE + s]);
    }
  }

  private static void assign(INDArray from, INDArray to) {
    if (to != null) {
      to.assign(from.dup('c').reshape('c', to.shape()));
    }
  }
}
