package org.dl4jext.samediff.qkan;

import java.util.Arrays;
import org.dl4jext.samediff.Views;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A QKAN-LSTM in the {@code ARRAY} execution: a time loop of {@link QkanCellArray}. */
final class QkanLstmArray extends QkanLstmUnit {

  private QkanCellArray cell;
  private QkanCellArray.Step[] tape;
  private QkanMaskArray mask;

  QkanLstmArray(QkanLstmLayout layout, DataType type) {
    super(layout, type);
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    arrays.requireForward(inputs, outputs);
    tape = null;
    long batch = inputs[0].size(0);
    int steps = Math.toIntExact(inputs[0].size(1));
    mask = QkanMaskArray.of(inputs[1], type);
    INDArray x = mask.shown(inputs[0]);
    INDArray[] parameters = Arrays.copyOfRange(inputs, FIRST_PARAMETER, arrays.firstState());
    cell = new QkanCellArray(layout, parameters);
    INDArray h = state(inputs[arrays.firstState()], batch);
    INDArray c = state(inputs[arrays.firstState() + 1], batch);
    INDArray y = Nd4j.createUninitialized(type, steps, batch, layout.outputSize());
    QkanCellArray.Step[] taken = new QkanCellArray.Step[steps];
    for (int t = 0; t < steps; t++) {
      QkanCellArray.Step step = cell.forward(QkanMaskArray.at(x, t), h, c);
      taken[t] = keep ? step : null;
      INDArray shown = step.h();
      h = mask.choose(t, shown, h);
      c = mask.choose(t, step.c(), c);
      Views.at(y, 0, t).assign(mask.kept(t, shown));
    }
    assign(y, outputs[0] == null ? null : outputs[0].permute(1, 0, 2));
    assign(h, outputs[1]);
    assign(c, outputs[2]);
    tape = keep ? taken : null;
  }

  private INDArray state(INDArray given, long batch) {
    return given == null ? Nd4j.zeros(type, batch, layout.outputSize()) : given.dup('c');
  }

  private static void assign(INDArray from, INDArray to) {
    if (to != null) {
      to.assign(from);
    }
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    arrays.requireBackward(tape != null, inputs, outputGradients, inputGradients);
    long batch = inputs[0].size(0);
    int size = layout.outputSize();
    INDArray dy =
        outputGradients[0] == null
            ? Nd4j.zeros(type, tape.length, batch, size)
            : mask.shown(outputGradients[0]);
    INDArray dh = state(outputGradients[1], batch);
    INDArray dc = state(outputGradients[2], batch);
    INDArray dx = Nd4j.createUninitialized(type, tape.length, batch, layout.inputSize());
    for (int t = tape.length - 1; t >= 0; t--) {
      INDArray own = mask.kept(t, dh).addi(QkanMaskArray.at(dy, t));
      QkanCellArray.Back back = cell.backward(tape[t], own, mask.kept(t, dc));
      dh = mask.skipped(t, dh).addi(Views.cut(back.v(), 1, 0, size));
      dc = mask.skipped(t, dc).addi(back.c());
      Views.at(dx, 0, t).assign(Views.cut(back.v(), 1, size, layout.joinedSize()));
    }
    tape = null;
    assign(dx, inputGradients[0] == null ? null : inputGradients[0].permute(1, 0, 2));
    for (int i = 0; i < layout.parameters().size(); i++) {
      INDArray to = inputGradients[FIRST_PARAMETER + i];
      assign(to == null ? null : cell.gradient(i, to.shape()), to);
    }
    assign(dh, inputGradients[arrays.firstState()]);
    assign(dc, inputGradients[arrays.firstState() + 1]);
  }
}
