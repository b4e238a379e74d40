package org.dl4jext.samediff.plstm;

import java.util.Arrays;
import org.dl4jext.samediff.op.SelectUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A pLSTM layer on grids in the {@code ARRAY} execution: all cells joined level by level in each
 * orientation. {@link PlstmGridLayerReference} is its slow form. Memory grows with the square of
 * the number of cells.
 */
final class PlstmGridLayerArray extends PlstmGridLayerUnit {

  private static final int[][] FLIPS = {{}, {1}, {2}, {1, 2}};

  private final SelectUnit select = new SelectUnit();
  private ArrayTape tape;
  private TapeArray[] in;

  /** [rows] of ones and zeros; null where all cells exist. */
  private INDArray exists;

  PlstmGridLayerArray(PlstmGridLayout layout, DataType type) {
    super(layout, type);
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    requireForward(inputs, outputs);
    tape = null;
    INDArray[] differentiable = inputs.clone();
    differentiable[0] = shown(inputs[0], inputs[1]);
    differentiable[1] = null;
    ArrayTape made = new ArrayTape(differentiable);
    in = made.inputs();
    exists = inputs[1] == null ? null : inputs[1].neq(0).castTo(type).dup('c').ravel();
    made.end(new TapeArray[] {compute(inputs[0].size(0))}, outputs);
    tape = keep ? made : null;
  }

  /** The array with zeros at masked cells, whatever these hold. */
  private INDArray shown(INDArray array, INDArray mask) {
    if (array == null || mask == null) {
      return array;
    }
    INDArray result = Nd4j.create(type, array.shape());
    INDArray zero = Nd4j.create(type, array.shape());
    select.forward(new INDArray[] {array, zero, mask}, new INDArray[] {result}, false);
    return result;
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    arrays.requireBackward(tape != null, inputs, outputGradients, inputGradients);
    INDArray[] real = {shown(outputGradients[0], inputs[1])};
    tape.backward(real, inputGradients);
    tape = null;
    if (inputGradients[0] != null) {
      inputGradients[0].assign(shown(inputGradients[0], inputs[1]));
    }
  }

  private TapeArray compute(long examples) {
    PlstmGridSpec spec = layout.spec();
    PlstmHead h = spec.head();
    long heads = spec.heads();
    TapeArray[] p = Arrays.copyOfRange(in, FIRST_PARAMETER, in.length);
    long rows = examples * width * height;
    PlstmPartsArray parts =
        new PlstmPartsArray(layout.maps(), p, in[0].reshape(rows, layout.inputSize()));
    TapeArray[] gates = gates(parts);
    long[][] axes = h.gridAxes();
    TapeArray sum = null;
    for (int o = 0; o < FLIPS.length; o++) {
      TapeArray[] core = new TapeArray[axes.length];
      for (int i = 0; i < core.length; i++) {
        boolean direct = i == PlstmCoreArrays.DIRECT;
        if (gates[i] != null && !(direct && o != 0)) {
          TapeArray own = i < PlstmCoreArrays.S_R || direct ? gates[i] : ofOrientation(gates[i], o);
          core[i] =
              PlstmPartsArray.lanes(own, examples, heads, new long[] {width, height}, axes[i])
                  .flip(FLIPS[o]);
        }
      }
      TapeArray y = PlstmArray.grid(h, layout.scale(), core).flip(FLIPS[o]);
      sum = sum == null ? y : sum.plus(y);
    }
    TapeArray reads =
        sum.reshape(examples, heads, (long) width * height, h.outputLength())
            .permute(0, 2, 1, 3)
            .reshape(rows, heads, h.outputLength());
    return PlstmPartsArray.readout(reads, p[layout.norm()], p[layout.norm() + 1], spec.normEps())
        .reshape(examples, (long) width * height, layout.outputSize());
  }

  /** Of gate heads 4 h + o [rows,4 heads axes] those of one orientation. */
  private TapeArray ofOrientation(TapeArray gate, int orientation) {
    long rows = gate.size(0);
    long heads = layout.spec().heads();
    long size = gate.value().length() / (rows * heads * FLIPS.length);
    return gate.reshape(rows, heads, FLIPS.length, size)
        .cut(2, orientation, orientation + 1L)
        .reshape(rows, heads * size);
  }

  private TapeArray real(TapeArray gate) {
    if (exists == null) {
      return gate;
    }
    long[] ones = gate.shape().clone();
    Arrays.fill(ones, 1, ones.length, 1);
    return gate.times(gate.constant(exists.reshape('c', ones)).spread(gate.shape()));
  }

  /** The inputs of the recurrence [rows,..], in its order; null for none. */
  private TapeArray[] gates(PlstmPartsArray parts) {
    TapeArray[] gates = new TapeArray[PlstmCoreArrays.GRID_INPUTS];
    gates[PlstmCoreArrays.Q] = parts.affine("query");
    gates[PlstmCoreArrays.K] = parts.affine("key");
    gates[PlstmCoreArrays.V] = parts.affine("value");
    gates[PlstmCoreArrays.DIRECT] = real(parts.gate("direct"));
    if (layout.isP()) {
      propagation(parts, gates);
    } else {
      diffusion(parts, gates);
    }
    return gates;
  }

  private TapeArray transition(PlstmPartsArray parts, String suffix) {
    PlstmGridSpec spec = layout.spec();
    TapeArray t =
        parts.transition(suffix, spec.stateSize(), spec.eigenvalueFactor(), spec.expmOrder());
    return t.reshape(t.size(0), t.value().length() / t.size(0));
  }

  private void diffusion(PlstmPartsArray parts, TapeArray[] gates) {
    gates[PlstmCoreArrays.S_R] = real(parts.gate("sourceRight"));
    gates[PlstmCoreArrays.S_D] = real(parts.gate("sourceDown"));
    gates[PlstmCoreArrays.M_L] = real(parts.gate("markLeft"));
    gates[PlstmCoreArrays.M_U] = real(parts.gate("markUp"));
    gates[PlstmCoreArrays.T_RL] = real(transition(parts, "Right"));
    gates[PlstmCoreArrays.T_DU] = real(transition(parts, "Down"));
    boolean left = layout.spec().chirality() == PlstmChirality.LEFT;
    gates[left ? PlstmCoreArrays.T_RU : PlstmCoreArrays.T_DL] = real(transition(parts, "Cross"));
  }

  private void propagation(PlstmPartsArray parts, TapeArray[] gates) {
    TapeArray a = parts.gate("orientation");
    TapeArray s = parts.gate("source");
    TapeArray t = transition(parts, "");
    gates[PlstmCoreArrays.S_R] = real(share(a, s));
    gates[PlstmCoreArrays.S_D] = real(rest(a, s));
    gates[PlstmCoreArrays.T_RL] = real(share(a, t));
    gates[PlstmCoreArrays.T_RU] = gates[PlstmCoreArrays.T_RL];
    gates[PlstmCoreArrays.T_DU] = real(rest(a, t));
    gates[PlstmCoreArrays.T_DL] = gates[PlstmCoreArrays.T_DU];
    gates[PlstmCoreArrays.M_L] = real(parts.gate("mark"));
    gates[PlstmCoreArrays.M_U] = gates[PlstmCoreArrays.M_L];
  }

  /** a times a gate. */
  private static TapeArray share(TapeArray a, TapeArray gate) {
    long rows = a.size(0);
    long groups = a.size(1);
    long size = gate.size(1) / groups;
    return a.reshape(rows, groups, 1)
        .spread(rows, groups, size)
        .reshape(rows, groups * size)
        .times(gate);
  }

  /** (1 - a) times a gate, or 1 - a times the gate. */
  private TapeArray rest(TapeArray a, TapeArray gate) {
    TapeArray without = share(a, gate).times(-1);
    return layout.spec().variant() == PlstmVariant.PAPER ? gate.plus(without) : without.plus(1);
  }
}
