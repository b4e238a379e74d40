package org.dl4jext.samediff.cells;

import org.dl4jext.samediff.Views;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A layer with diagonal recurrence in the {@code ARRAY} execution: batched products project all
 * steps, then {@link ParaArrays}.
 */
final class ParaLayerArray extends ParaLayerUnit {

  private final int heads;
  private final int n;
  private ParaArrays run;
  private INDArray x;
  private INDArray mask;
  private long batch;
  private long steps;

  ParaLayerArray(ParaLayout layout, DataType type, boolean everyState) {
    super(layout, type, everyState);
    this.heads = layout.spec().heads();
    this.n = layout.outputSize();
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    arrays.requireForward(inputs, outputs);
    run = null;
    batch = inputs[0].size(0);
    steps = inputs[0].size(1);
    mask =
        inputs[1] == null
            ? null
            : inputs[1].neq(0).castTo(type).transpose().dup('c').reshape('c', steps * batch, 1);
    x = byHead(shown(inputs[0], layout.inputSize()), layout.headInputs());
    INDArray product = Nd4j.matmul(x, weights(inputs[W]));
    INDArray gates =
        product
            .dup('c')
            .reshape('c', heads, steps * batch, ParaKind.GATES, layout.headSize())
            .permute(1, 2, 0, 3) // [T*N,3,H,n/H]
            .dup('c')
            .reshape('c', steps * batch, ParaKind.GATES, n);
    INDArray bias = inputs[BIAS].dup('c');
    INDArray[] p = new INDArray[ParaKind.GATES];
    for (int g = 0; g < p.length; g++) {
      p[g] = Views.at(gates, 1, g).dup('c').addiRowVector(row(bias, g));
    }
    ParaArrays all = new ParaArrays(layout, parameters(inputs), steps, mask);
    INDArray[] initial = states(inputs, arrays.firstState());
    if (!newton() || fallsBack(all.newton(p, initial))) {
      all.sequential(p, initial);
    }
    write(all, outputs);
    run = keep ? all : null;
  }

  /** [T*N,C] as [H,T*N,C/H]. */
  private INDArray byHead(INDArray rows, int size) {
    return rows.reshape('c', rows.size(0), heads, size).permute(1, 0, 2).dup('c');
  }

  /** W as [H,nIn/H,3*n/H]. */
  private INDArray weights(INDArray w) {
    return w.dup('c')
        .reshape('c', heads, layout.headInputs(), (long) ParaKind.GATES * layout.headSize());
  }

  private INDArray row(INDArray all, int row) {
    return Views.cut(all.reshape('c', all.length() / n, n), 0, row, row + 1L);
  }

  /** Rows of A, then of C, [1,n] each. */
  private INDArray[] parameters(INDArray[] inputs) {
    INDArray[] rows = new INDArray[ParaKind.GATES + layout.kind().peepholes()];
    for (int i = 0; i < rows.length; i++) {
      boolean gate = i < ParaKind.GATES;
      INDArray from = inputs[gate ? A : C].dup('c');
      rows[i] = row(from, gate ? i : i - ParaKind.GATES);
    }
    return rows;
  }

  /** [N,T,C] as [T*N,C] with zeros, whatever was there, at masked steps. */
  private INDArray shown(INDArray array, long size) {
    INDArray timeMajor = array.permute(1, 0, 2).dup('c').reshape('c', steps * batch, size);
    if (mask == null) {
      return timeMajor;
    }
    INDArray on =
        mask.castTo(DataType.BOOL).broadcast(Nd4j.create(DataType.BOOL, timeMajor.shape()));
    INDArray selected = Nd4j.createUninitialized(type, timeMajor.shape());
    Nd4j.exec(
        DynamicCustomOp.builder("select")
            .addInputs(on, timeMajor, Nd4j.zeros(type, timeMajor.shape()))
            .addOutputs(selected)
            .build());
    return selected;
  }

  private INDArray[] states(INDArray[] from, int first) {
    INDArray[] states = new INDArray[layout.states().size()];
    for (int s = 0; s < states.length; s++) {
      INDArray given = from[first + s];
      states[s] = given == null ? Nd4j.zeros(type, batch, n) : given.dup('c');
    }
    return states;
  }

  private void write(ParaArrays all, INDArray[] outputs) {
    for (int i = 0; i < outputs.length; i++) {
      if (outputs[i] != null) {
        INDArray state = all.states()[Math.max(0, i - 1)];
        if (i == 0 || everyState) {
          INDArray seen = mask == null ? state : state.mul(mask);
          outputs[i].permute(1, 0, 2).assign(seen.reshape('c', steps, batch, n));
        } else {
          outputs[i].assign(all.last(i - 1));
        }
      }
    }
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    arrays.requireBackward(run != null, inputs, outputGradients, inputGradients);
    INDArray[] every = new INDArray[layout.states().size()];
    for (int s = 0; s < every.length; s++) {
      every[s] = Nd4j.zeros(type, steps * batch, n);
      for (int i : s == 0 ? new int[] {0, 1} : new int[] {1 + s}) {
        if (outputGradients[i] != null && (i == 0 || everyState)) {
          every[s].addi(shown(outputGradients[i], n));
        }
      }
    }
    INDArray[] last =
        everyState ? states(new INDArray[every.length], 0) : states(outputGradients, 1);
    ParaArrays.Gradients d = run.backward(every, last);
    run = null;
    writeProjection(inputs, inputGradients, d.p());
    for (int i = 0; i < d.parameters().length; i++) {
      boolean gate = i < ParaKind.GATES;
      INDArray to = inputGradients[gate ? A : C];
      if (to != null) {
        int at = gate ? i : i - ParaKind.GATES;
        Views.cut(to, 0, at, at + 1L).assign(d.parameters()[i]);
      }
    }
    for (int s = 0; s < d.initial().length; s++) {
      if (inputGradients[arrays.firstState() + s] != null) {
        inputGradients[arrays.firstState() + s].assign(d.initial()[s]);
      }
    }
  }

  private void writeProjection(INDArray[] inputs, INDArray[] inputGradients, INDArray[] p) {
    if (inputGradients[BIAS] != null) {
      INDArray db = Nd4j.createUninitialized(type, ParaKind.GATES, n);
      for (int g = 0; g < p.length; g++) {
        row(db, g).assign(p[g].sum(true, 0));
      }
      inputGradients[BIAS].assign(db.reshape(inputGradients[BIAS].shape()));
    }
    INDArray dp =
        Nd4j.hstack(p)
            .reshape('c', steps * batch, ParaKind.GATES, heads, layout.headSize())
            .permute(2, 0, 1, 3)
            .dup('c')
            .reshape('c', heads, steps * batch, (long) ParaKind.GATES * layout.headSize());
    if (inputGradients[W] != null) {
      INDArray dw = Nd4j.matmul(x.permute(0, 2, 1).dup('c'), dp).dup('c');
      inputGradients[W].assign(dw.reshape('c', inputGradients[W].shape()));
    }
    if (inputGradients[0] != null) {
      INDArray dx = Nd4j.matmul(dp, weights(inputs[W]).permute(0, 2, 1).dup('c'));
      INDArray rows = dx.permute(1, 0, 2).dup('c');
      inputGradients[0]
          .permute(1, 0, 2)
          .assign(rows.reshape('c', steps, batch, layout.inputSize()));
    }
  }
}
