package org.dl4jext.samediff.plstm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dl4jext.samediff.ReferenceArrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A pLSTM layer on sequences in the {@code ARRAY} execution, the real steps of each example moved
 * to its front. {@link PlstmLayerReference} is its slow form.
 */
final class PlstmLayerArray extends PlstmLayerUnit {

  private static final int CHUNK = 64;

  private ArrayTape tape;
  private TapeArray[] in;
  private int[][] valid;
  private int longest;

  PlstmLayerArray(PlstmLayout layout, DataType type) {
    super(layout, type);
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    arrays.requireForward(inputs, outputs);
    tape = null;
    int examples = Math.toIntExact(inputs[0].size(0));
    int steps = Math.toIntExact(inputs[0].size(1));
    valid = ReferenceArrays.validSteps(inputs[1], examples, steps);
    longest = Math.max(1, Arrays.stream(valid).mapToInt(v -> v.length).max().orElse(1));
    INDArray[] differentiable = inputs.clone();
    differentiable[1] = null;
    ArrayTape made = new ArrayTape(differentiable);
    in = made.inputs();
    made.end(compute(examples, steps), outputs);
    tape = keep ? made : null;
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    arrays.requireBackward(tape != null, inputs, outputGradients, inputGradients);
    tape.backward(outputGradients, inputGradients);
    tape = null;
  }

  /** Rows by index; -1 for zeros. */
  private static TapeArray gather(TapeArray rows, int[] from) {
    int zero = Math.toIntExact(rows.size(0));
    int[] indices = Arrays.stream(from).map(i -> i < 0 ? zero : i).toArray();
    return TapeArray.join(0, rows, rows.zeros(1, rows.size(1))).rows(indices);
  }

  private TapeArray[] compute(int examples, int steps) {
    int size = layout.inputSize();
    TapeArray[] p = Arrays.copyOfRange(in, FIRST_PARAMETER, arrays.firstState());
    int[] front = new int[examples * longest];
    int[] back = new int[examples * steps];
    Arrays.fill(front, -1);
    Arrays.fill(back, -1);
    for (int n = 0; n < examples; n++) {
      for (int i = 0; i < valid[n].length; i++) {
        front[n * longest + i] = n * steps + valid[n][i];
        back[n * steps + valid[n][i]] = n * longest + i;
      }
    }
    TapeArray x = gather(in[0].reshape((long) examples * steps, size), front);
    List<TapeArray> results = new ArrayList<>();
    TapeArray z = x;
    TapeArray window = null;
    if (layout.spec().convolution() > 0) {
      TapeArray history = history(x, examples);
      z = convolved(history, p, examples);
      window = layout.lookback() == 0 ? null : lastOf(history, examples);
    }
    TapeArray[] core = recurrence(x, z, p, examples);
    TapeArray y =
        PlstmPartsArray.readout(
            core[0], p[layout.norm()], p[layout.output()], layout.spec().normEps());
    if (layout.spec().passthrough()) {
      TapeArray gain = p[layout.passthrough()].reshape(1, size);
      y = y.plus(z.times(gain.spread(z.size(0), size)));
    }
    results.add(gather(y, back).reshape(examples, steps, layout.outputSize()));
    results.add(core[1]);
    if (window != null) {
      results.add(window);
    }
    return results.toArray(new TapeArray[0]);
  }

  /** The window and the packed steps [N,lookback+longest,C]. */
  private TapeArray history(TapeArray x, int examples) {
    TapeArray steps = x.reshape(examples, longest, layout.inputSize());
    if (layout.lookback() == 0) {
      return steps;
    }
    TapeArray given = in[arrays.firstState() + 1];
    TapeArray window =
        given == null ? x.zeros(examples, layout.lookback(), layout.inputSize()) : given;
    return TapeArray.join(1, window, steps);
  }

  private TapeArray convolved(TapeArray history, TapeArray[] p, int examples) {
    long size = layout.inputSize();
    TapeArray z = p[1].reshape(1, 1, size).spread(examples, longest, size);
    for (int j = 0; j < layout.spec().convolution(); j++) {
      TapeArray tap = p[0].cut(1, j, j + 1L).reshape(1, 1, size).spread(examples, longest, size);
      z = z.plus(history.cut(1, j, j + (long) longest).times(tap));
    }
    return z.reshape((long) examples * longest, size);
  }

  private TapeArray lastOf(TapeArray history, int examples) {
    int length = layout.lookback() + longest;
    int[] rows = new int[examples * layout.lookback()];
    for (int n = 0; n < examples; n++) {
      for (int i = 0; i < layout.lookback(); i++) {
        rows[n * layout.lookback() + i] = n * length + valid[n].length + i;
      }
    }
    return history
        .reshape((long) examples * length, layout.inputSize())
        .rows(rows)
        .reshape(examples, layout.lookback(), layout.inputSize());
  }

  /** Reads [rows,heads,size] and the last state. */
  private TapeArray[] recurrence(TapeArray x, TapeArray z, TapeArray[] p, int examples) {
    PlstmSpec spec = layout.spec();
    PlstmHead h = spec.head();
    int maps = layout.firstMap();
    TapeArray[] ofGates = Arrays.copyOfRange(p, maps, p.length);
    TapeArray[] ofValues =
        Arrays.copyOfRange(p, maps + layout.convolved().shapes().size(), p.length);
    PlstmPartsArray gates = new PlstmPartsArray(layout.convolved(), ofGates, z);
    PlstmPartsArray values = new PlstmPartsArray(layout.raw(), ofValues, x);
    long[] positions = {longest};
    long heads = spec.heads();
    TapeArray transition =
        gates.transition("", h.stateSize(), spec.eigenvalueFactor(), spec.expmOrder());
    TapeArray[] core = {
      PlstmPartsArray.lanes(gates.affine("query"), examples, heads, positions, h.query()),
      PlstmPartsArray.lanes(gates.affine("key"), examples, heads, positions, h.key()),
      PlstmPartsArray.lanes(values.affine("value"), examples, heads, positions, h.value()),
      PlstmPartsArray.lanes(real(gates.gate("source")), examples, heads, positions, h.source()),
      PlstmPartsArray.lanes(orUnit(transition), examples, heads, positions, h.transition()),
      PlstmPartsArray.lanes(gates.gate("mark"), examples, heads, positions, h.mark()),
      PlstmPartsArray.lanes(gates.gate("direct"), examples, heads, positions, h.direct()),
      null
    };
    long[] state = {examples * heads, h.keySize(), h.valueSize(), h.stateSize()};
    if (in[arrays.firstState()] != null) {
      core[7] = in[arrays.firstState()].reshape(state);
    }
    TapeArray[] results = PlstmArray.sequence(h, layout.scale(), core, Math.min(CHUNK, longest));
    TapeArray reads =
        results[0]
            .reshape(examples, heads, longest, h.outputLength())
            .permute(0, 2, 1, 3)
            .reshape((long) examples * longest, heads, h.outputLength());
    return new TapeArray[] {
      reads, results[1].reshape(examples, heads, h.keySize(), h.valueSize(), h.stateSize())
    };
  }

  private boolean dense() {
    return Arrays.stream(valid).allMatch(v -> v.length == longest);
  }

  /** 1 for rows that are steps, 0 for those after the last step of an example. */
  private INDArray exists(INDArray like) {
    return PlstmPartsArray.numbers(
        like, valid.length * longest, i -> i % longest < valid[(int) i / longest].length ? 1 : 0);
  }

  private TapeArray real(TapeArray rows) {
    if (dense()) {
      return rows;
    }
    TapeArray on = rows.constant(exists(rows.value()).reshape('c', rows.size(0), 1));
    return rows.times(on.spread(rows.shape()));
  }

  /** Transitions [rows,heads,J,J]; the unit matrix after the last step. */
  private TapeArray orUnit(TapeArray transitions) {
    if (dense()) {
      return transitions;
    }
    long[] shape = transitions.shape();
    int size = layout.spec().stateSize();
    INDArray on = exists(transitions.value()).reshape('c', shape[0], 1, 1, 1);
    INDArray spread = on.broadcast(Nd4j.createUninitialized(type, shape));
    INDArray units =
        PlstmPartsArray.units(transitions.value(), shape[0] * shape[1], size)
            .reshape('c', shape)
            .mul(spread.rsub(1));
    return transitions.times(transitions.constant(spread)).plus(transitions.constant(units));
  }
}
