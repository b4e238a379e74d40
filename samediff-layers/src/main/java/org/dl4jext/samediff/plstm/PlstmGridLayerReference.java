package org.dl4jext.samediff.plstm;

import java.util.Arrays;
import org.dl4jext.samediff.Views;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A pLSTM layer on grids in the {@code REFERENCE} execution: cell by cell, in double precision. */
final class PlstmGridLayerReference extends PlstmGridLayerUnit {

  private boolean kept;

  PlstmGridLayerReference(PlstmGridLayout layout, DataType type) {
    super(layout, type);
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    requireForward(inputs, outputs);
    TracedArray.forward((r, in) -> compute(r, in, inputs[1]), without(inputs), outputs);
    kept = keep;
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    arrays.requireBackward(kept, inputs, outputGradients, inputGradients);
    INDArray[] gradients = {outputGradients[0] == null ? null : outputGradients[0].dup('c')};
    for (int n = 0; inputs[1] != null && n < inputs[1].size(0); n++) {
      for (int c = 0; gradients[0] != null && c < width * height; c++) {
        if (inputs[1].getDouble(n, c) == 0) {
          Views.at(Views.at(gradients[0], 0, n), 0, c).assign(0);
        }
      }
    }
    TracedArray.backward(
        (r, in) -> compute(r, in, inputs[1]), without(inputs), gradients, inputGradients);
  }

  private static INDArray[] without(INDArray[] inputs) {
    INDArray[] some = inputs.clone();
    some[1] = null;
    return some;
  }

  private TracedArray[] compute(Traced.Tape record, TracedArray[] in, INDArray mask) {
    int batch = in[0].size(0);
    TracedArray y = TracedArray.zeros(record, batch, width * height, layout.outputSize());
    TracedArray[] p = Arrays.copyOfRange(in, FIRST_PARAMETER, in.length);
    for (int n = 0; n < batch; n++) {
      Cell[] cells = new Cell[width * height];
      for (int c = 0; c < cells.length; c++) {
        if (mask == null || mask.getDouble(n, c) != 0) {
          Traced[] x = new Traced[layout.inputSize()];
          for (int i = 0; i < x.length; i++) {
            x[i] = in[0].at(n, c, i);
          }
          cells[c] = new Cell(record, p, x);
        }
      }
      Traced[][][] reads = reads(record, cells);
      for (int c = 0; c < cells.length; c++) {
        if (cells[c] != null) {
          Traced[] out =
              PlstmPartsReference.readout(
                  record,
                  reads[c],
                  p[layout.norm()],
                  p[layout.norm() + 1],
                  layout.spec().normEps());
          for (int o = 0; o < out.length; o++) {
            y.set(out[o], n, c, o);
          }
        }
      }
    }
    return new TracedArray[] {y};
  }

  /** Sum of the four orientations and the direct part, [cell][head][DV JO]. */
  private Traced[][][] reads(Traced.Tape record, Cell[] cells) {
    PlstmHead h = layout.spec().head();
    int heads = layout.spec().heads();
    Traced[][][] sums = new Traced[cells.length][heads][h.outputLength()];
    for (int o = 0; o < PlstmGridSpec.ORIENTATIONS; o++) {
      TracedArray[] core = core(record, cells, o);
      TracedArray y =
          PlstmReference.grid(h, layout.scale(), record, core)
              .reshape(heads, width * height, h.outputLength());
      for (int c = 0; c < cells.length; c++) {
        for (int head = 0; head < heads; head++) {
          for (int i = 0; i < h.outputLength(); i++) {
            Traced part = y.at(head, turned(c, o), i);
            sums[c][head][i] = o == 0 ? part : sums[c][head][i].plus(part);
          }
        }
      }
    }
    return sums;
  }

  /** Where a cell stands in an orientation. */
  private int turned(int cell, int orientation) {
    int x = cell / height;
    int y = cell % height;
    return ((orientation & 1) == 0 ? x : width - 1 - x) * height
        + ((orientation & 2) == 0 ? y : height - 1 - y);
  }

  private TracedArray[] core(Traced.Tape record, Cell[] cells, int orientation) {
    PlstmHead h = layout.spec().head();
    int heads = layout.spec().heads();
    long[][] axes = h.gridAxes();
    TracedArray[] core = new TracedArray[axes.length];
    for (int i = 0; i < core.length; i++) {
      int[] shape = new int[3 + axes[i].length];
      shape[0] = heads;
      shape[1] = width;
      shape[2] = height;
      for (int a = 0; a < axes[i].length; a++) {
        shape[3 + a] = (int) axes[i][a];
      }
      core[i] = TracedArray.zeros(record, shape);
      for (int c = 0; c < cells.length; c++) {
        Traced[] all = cells[c] == null ? null : cells[c].parts[i];
        boolean direct = i == PlstmCoreArrays.DIRECT;
        if (all != null && !(direct && orientation != 0)) {
          int at = turned(c, orientation);
          boolean gate = i >= PlstmCoreArrays.S_R && !direct;
          Traced[] own = gate ? ofOrientation(all, orientation) : all;
          PlstmPartsReference.fill(core[i], own, heads, at / height, at % height);
        }
      }
    }
    return core;
  }

  /** Of gate heads 4 h + o those of one orientation. */
  private Traced[] ofOrientation(Traced[] all, int orientation) {
    int heads = layout.spec().heads();
    int size = all.length / (heads * PlstmGridSpec.ORIENTATIONS);
    Traced[] own = new Traced[heads * size];
    for (int h = 0; h < heads; h++) {
      System.arraycopy(
          all, (h * PlstmGridSpec.ORIENTATIONS + orientation) * size, own, h * size, size);
    }
    return own;
  }

  /** The inputs of the recurrence at one cell, in their order; null for none. */
  private final class Cell {
    final Traced[][] parts = new Traced[PlstmCoreArrays.GRID_INPUTS][];

    Cell(Traced.Tape record, TracedArray[] p, Traced[] x) {
      PlstmMaps maps = layout.maps();
      parts[PlstmCoreArrays.Q] = PlstmPartsReference.affine(maps, maps.map("query"), p, x);
      parts[PlstmCoreArrays.K] = PlstmPartsReference.affine(maps, maps.map("key"), p, x);
      parts[PlstmCoreArrays.V] = PlstmPartsReference.affine(maps, maps.map("value"), p, x);
      parts[PlstmCoreArrays.DIRECT] = PlstmPartsReference.gate(maps, "direct", p, x);
      if (layout.isP()) {
        propagation(record, p, x);
      } else {
        diffusion(record, p, x);
      }
    }

    private Traced[] transition(Traced.Tape record, TracedArray[] p, Traced[] x, String suffix) {
      PlstmGridSpec spec = layout.spec();
      return PlstmPartsReference.transition(
          record,
          layout.maps(),
          suffix,
          p,
          x,
          spec.stateSize(),
          spec.eigenvalueFactor(),
          spec.expmOrder());
    }

    private void diffusion(Traced.Tape record, TracedArray[] p, Traced[] x) {
      PlstmMaps maps = layout.maps();
      parts[PlstmCoreArrays.S_R] = PlstmPartsReference.gate(maps, "sourceRight", p, x);
      parts[PlstmCoreArrays.S_D] = PlstmPartsReference.gate(maps, "sourceDown", p, x);
      parts[PlstmCoreArrays.M_L] = PlstmPartsReference.gate(maps, "markLeft", p, x);
      parts[PlstmCoreArrays.M_U] = PlstmPartsReference.gate(maps, "markUp", p, x);
      parts[PlstmCoreArrays.T_RL] = transition(record, p, x, "Right");
      parts[PlstmCoreArrays.T_DU] = transition(record, p, x, "Down");
      boolean left = layout.spec().chirality() == PlstmChirality.LEFT;
      parts[left ? PlstmCoreArrays.T_RU : PlstmCoreArrays.T_DL] = transition(record, p, x, "Cross");
    }

    private void propagation(Traced.Tape record, TracedArray[] p, Traced[] x) {
      PlstmMaps maps = layout.maps();
      Traced[] a = PlstmPartsReference.gate(maps, "orientation", p, x);
      Traced[] s = PlstmPartsReference.gate(maps, "source", p, x);
      Traced[] t = transition(record, p, x, "");
      Traced[] m = PlstmPartsReference.gate(maps, "mark", p, x);
      parts[PlstmCoreArrays.S_R] = share(a, s);
      parts[PlstmCoreArrays.S_D] = rest(a, s);
      parts[PlstmCoreArrays.T_RL] = share(a, t);
      parts[PlstmCoreArrays.T_RU] = parts[PlstmCoreArrays.T_RL];
      parts[PlstmCoreArrays.T_DU] = rest(a, t);
      parts[PlstmCoreArrays.T_DL] = parts[PlstmCoreArrays.T_DU];
      parts[PlstmCoreArrays.M_L] = m;
      parts[PlstmCoreArrays.M_U] = m;
    }

    /** a times a gate. */
    private Traced[] share(Traced[] a, Traced[] gate) {
      Traced[] shared = new Traced[gate.length];
      for (int i = 0; i < gate.length; i++) {
        shared[i] = a[i / (gate.length / a.length)].times(gate[i]);
      }
      return shared;
    }

    /** (1 - a) times a gate, or 1 - a times the gate. */
    private Traced[] rest(Traced[] a, Traced[] gate) {
      Traced[] left = share(a, gate);
      for (int i = 0; i < gate.length; i++) {
        left[i] =
            layout.spec().variant() == PlstmVariant.PAPER
                ? gate[i].minus(left[i])
                : left[i].times(-1).plus(1);
      }
      return left;
    }
  }
}
