package org.dl4jext.samediff.cells;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A head-wise layer in the {@code ARRAY} execution: one product projects all steps, then {@link
 * CellArrays}.
 */
final class CellLayerArray extends CellLayerUnit {

  private final DataType type;
  private final CellKind kind;
  private final int elements;
  private CellArrays run;
  private INDArray x;
  private INDArray mask;

  CellLayerArray(CellLayout layout, DataType type) {
    super(layout, type);
    this.type = type;
    this.kind = layout.kind();
    this.elements = layout.outputSize();
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    arrays.requireForward(inputs, outputs);
    run = null;
    long batch = inputs[0].size(0);
    long steps = inputs[0].size(1);
    mask =
        inputs[1] == null
            ? null
            : inputs[1].neq(0).castTo(type).transpose().dup('c').reshape('c', steps, batch, 1);
    x = shown(inputs[0]).reshape('c', steps * batch, layout.inputSize());
    INDArray w = reordered(inputs[W], kind.inputGates(), kind.firstInputGate(), true);
    CellArrays cell = new CellArrays(layout.spec(), layout.headSize());
    INDArray y =
        cell.forward(
            x.mmul(w).dup('c').reshape('c', steps, batch, w.size(1)),
            mask,
            recurrent(inputs[R]),
            bias(inputs[BIAS], true),
            states(inputs, arrays.firstState(), batch));
    if (outputs[0] != null) {
      outputs[0].permute(1, 0, 2).assign(y);
    }
    for (int s = 1; s < outputs.length; s++) {
      if (outputs[s] != null) {
        outputs[s].assign(cell.last()[s - 1]);
      }
    }
    run = keep ? cell : null;
  }

  /** [N,T,C] as [T,N,C] with zeros, whatever was there, at masked steps. */
  private INDArray shown(INDArray array) {
    INDArray timeMajor = array.permute(1, 0, 2).dup('c');
    if (mask == null) {
      return timeMajor;
    }
    INDArray on =
        mask.castTo(DataType.BOOL).broadcast(Nd4j.create(DataType.BOOL, timeMajor.shape()));
    INDArray zeros = Nd4j.zeros(type, timeMajor.shape());
    INDArray selected = Nd4j.createUninitialized(type, timeMajor.shape());
    Nd4j.exec(
        DynamicCustomOp.builder("select")
            .addInputs(on, timeMajor, zeros)
            .addOutputs(selected)
            .build());
    return selected;
  }

  private INDArray[] states(INDArray[] from, int first, long batch) {
    INDArray[] states = new INDArray[kind.states().size()];
    for (int s = 0; s < states.length; s++) {
      INDArray given = from[first + s];
      states[s] = given == null ? Nd4j.zeros(type, batch, elements) : given.dup('c');
    }
    return states;
  }

  /** W with the gates in the order of the kind, or back. */
  private INDArray reordered(INDArray from, int gates, int firstGate, boolean forth) {
    INDArray to = Nd4j.createUninitialized(type, from.shape());
    for (int g = 0; g < gates; g++) {
      int own = layout.place(g + firstGate) - firstGate;
      columns(to, forth ? g : own).assign(columns(from, forth ? own : g));
    }
    return to;
  }

  private INDArray columns(INDArray matrix, int gate) {
    return matrix.get(
        NDArrayIndex.all(),
        NDArrayIndex.interval((long) gate * elements, (long) (gate + 1) * elements));
  }

  private INDArray bias(INDArray from, boolean forth) {
    return reordered(from.reshape(1, from.length()), kind.gates(), 0, forth).reshape(from.length());
  }

  /** RW [H*D,gates*D] as R [gates,H,D,P]. */
  private INDArray recurrent(INDArray rw) {
    int gates = kind.recurrentGates();
    INDArray to = Nd4j.createUninitialized(type, recurrentShape());
    INDArray from = byGate(rw);
    for (int g = 0; g < gates; g++) {
      gate(to, g).assign(from.get(NDArrayIndex.point(layout.place(g))));
    }
    return to;
  }

  private long[] recurrentShape() {
    long size = layout.headSize();
    return new long[] {kind.recurrentGates(), layout.spec().heads(), size, size};
  }

  /** RW as a view or copy [gates,H,D,P] in the order of the layer. */
  private INDArray byGate(INDArray rw) {
    long size = layout.headSize();
    return rw.dup('c')
        .reshape('c', layout.spec().heads(), size, kind.recurrentGates(), size)
        .permute(2, 0, 3, 1);
  }

  private static INDArray gate(INDArray r, int g) {
    return r.get(NDArrayIndex.point(g), NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.all());
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    arrays.requireBackward(run != null, inputs, outputGradients, inputGradients);
    long batch = inputs[0].size(0);
    long steps = inputs[0].size(1);
    INDArray dy =
        outputGradients[0] == null
            ? Nd4j.zeros(type, steps, batch, elements)
            : shown(outputGradients[0]);
    CellArrays.Gradients d = run.backward(dy, states(outputGradients, 1, batch));
    run = null;
    INDArray dProjected = d.x().reshape('c', steps * batch, d.x().size(2));
    if (inputGradients[0] != null) {
      INDArray w = reordered(inputs[W], kind.inputGates(), kind.firstInputGate(), true);
      INDArray dx = dProjected.mmul(w.transpose()).dup('c');
      inputGradients[0].permute(1, 0, 2).assign(dx.reshape('c', steps, batch, x.size(1)));
    }
    if (inputGradients[W] != null) {
      INDArray dw = x.transpose().mmul(dProjected);
      inputGradients[W].assign(reordered(dw, kind.inputGates(), kind.firstInputGate(), false));
    }
    if (inputGradients[R] != null) {
      INDArray ordered = Nd4j.createUninitialized(type, recurrentShape());
      for (int g = 0; g < kind.recurrentGates(); g++) {
        gate(ordered, layout.place(g)).assign(gate(d.r(), g));
      }
      INDArray rows = ordered.permute(1, 3, 0, 2).dup('c');
      inputGradients[R].assign(rows.reshape('c', inputGradients[R].shape()));
    }
    if (inputGradients[BIAS] != null) {
      inputGradients[BIAS].assign(bias(d.b(), false));
    }
    for (int s = 0; s < d.states().length; s++) {
      if (inputGradients[arrays.firstState() + s] != null) {
        inputGradients[arrays.firstState() + s].assign(d.states()[s]);
      }
    }
  }
}
