package org.dl4jext.samediff.plstm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dl4jext.samediff.ReferenceArrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A pLSTM layer on sequences in the {@code REFERENCE} execution: example by example, in double. */
final class PlstmLayerReference extends PlstmLayerUnit {

  private boolean kept;

  PlstmLayerReference(PlstmLayout layout, DataType type) {
    super(layout, type);
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    arrays.requireForward(inputs, outputs);
    TracedArray.forward((r, in) -> compute(r, in, inputs[1]), withoutMask(inputs), outputs);
    kept = keep;
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    arrays.requireBackward(kept, inputs, outputGradients, inputGradients);
    INDArray[] seen = outputGradients.clone();
    if (inputs[1] != null && seen[0] != null) {
      seen[0] = validOnly(seen[0], inputs[1]);
    }
    TracedArray.backward(
        (r, in) -> compute(r, in, inputs[1]), withoutMask(inputs), seen, inputGradients);
  }

  private static INDArray[] withoutMask(INDArray[] inputs) {
    INDArray[] some = inputs.clone();
    some[1] = null;
    return some;
  }

  /** The array with zeros at masked steps. */
  private static INDArray validOnly(INDArray array, INDArray mask) {
    INDArray shown = array.ulike();
    shown.assign(0);
    int[][] valid =
        ReferenceArrays.validSteps(
            mask, Math.toIntExact(mask.size(0)), Math.toIntExact(mask.size(1)));
    for (int n = 0; n < valid.length; n++) {
      for (int t : valid[n]) {
        for (int c = 0; c < array.size(2); c++) {
          shown.putScalar(n, t, c, array.getDouble(n, t, c));
        }
      }
    }
    return shown;
  }

  private TracedArray[] compute(Traced.Tape record, TracedArray[] in, INDArray mask) {
    int batch = in[0].size(0);
    int steps = in[0].size(1);
    int[][] valid = ReferenceArrays.validSteps(mask, batch, steps);
    PlstmHead h = layout.spec().head();
    int heads = layout.spec().heads();
    List<TracedArray> outputs = new ArrayList<>();
    outputs.add(TracedArray.zeros(record, batch, steps, layout.outputSize()));
    outputs.add(TracedArray.zeros(record, batch, heads, h.keySize(), h.valueSize(), h.stateSize()));
    if (layout.lookback() > 0) {
      outputs.add(TracedArray.zeros(record, batch, layout.lookback(), layout.inputSize()));
    }
    for (int n = 0; n < batch; n++) {
      example(record, in, n, valid[n], outputs);
    }
    return outputs.toArray(new TracedArray[0]);
  }

  /** The window before the valid steps, and these. */
  private List<Traced[]> history(Traced.Tape record, TracedArray[] in, int n, int[] valid) {
    List<Traced[]> rows = new ArrayList<>();
    TracedArray window = layout.lookback() == 0 ? null : in[arrays.firstState() + 1];
    for (int i = 0; i < layout.lookback(); i++) {
      Traced[] row = new Traced[layout.inputSize()];
      for (int c = 0; c < row.length; c++) {
        row[c] = window == null ? record.of(0) : window.at(n, i, c);
      }
      rows.add(row);
    }
    for (int t : valid) {
      Traced[] row = new Traced[layout.inputSize()];
      for (int c = 0; c < row.length; c++) {
        row[c] = in[0].at(n, t, c);
      }
      rows.add(row);
    }
    return rows;
  }

  private Traced[] convolved(TracedArray[] p, List<Traced[]> rows, int step) {
    if (layout.spec().convolution() == 0) {
      return rows.get(step);
    }
    Traced[] z = new Traced[layout.inputSize()];
    for (int c = 0; c < z.length; c++) {
      z[c] = p[1].at(c);
      for (int j = 0; j < layout.spec().convolution(); j++) {
        z[c] = z[c].plus(p[0].at(c, j).times(rows.get(step + j)[c]));
      }
    }
    return z;
  }

  private void example(
      Traced.Tape record, TracedArray[] in, int n, int[] valid, List<TracedArray> outputs) {
    PlstmSpec spec = layout.spec();
    PlstmHead h = spec.head();
    int heads = spec.heads();
    int length = valid.length;
    TracedArray[] p = Arrays.copyOfRange(in, FIRST_PARAMETER, arrays.firstState());
    TracedArray[] ofMaps = Arrays.copyOfRange(p, layout.firstMap(), p.length);
    TracedArray[] ofValues =
        Arrays.copyOfRange(ofMaps, layout.convolved().shapes().size(), ofMaps.length);
    List<Traced[]> rows = history(record, in, n, valid);
    TracedArray[] core = {
      TracedArray.zeros(record, heads, length, h.keySize(), h.queries()),
      TracedArray.zeros(record, heads, length, h.keySize(), h.keys()),
      TracedArray.zeros(record, heads, length, h.valueSize(), h.values()),
      TracedArray.zeros(record, heads, length, h.stateSize(), h.keys(), h.values()),
      TracedArray.zeros(record, heads, length, h.stateSize(), h.stateSize()),
      TracedArray.zeros(record, heads, length, h.outputs(), h.queries(), h.stateSize()),
      TracedArray.zeros(record, heads, length, h.outputs(), h.queries(), h.keys(), h.values()),
      TracedArray.zeros(record, heads, h.keySize(), h.valueSize(), h.stateSize())
    };
    TracedArray given = in[arrays.firstState()];
    for (int i = 0; given != null && i < heads * h.stateLength(); i++) {
      int size = heads * h.stateLength();
      core[7].reshape(size).set(given.reshape(given.size(0), size).at(n, i), i);
    }
    PlstmMaps maps = layout.convolved();
    for (int t = 0; t < length; t++) {
      Traced[] z = convolved(p, rows, t);
      Traced[] x = rows.get(layout.lookback() + t);
      fill(core[0], PlstmPartsReference.affine(maps, maps.map("query"), ofMaps, z), t);
      fill(core[1], PlstmPartsReference.affine(maps, maps.map("key"), ofMaps, z), t);
      PlstmMap values = layout.raw().map("value");
      fill(core[2], PlstmPartsReference.affine(layout.raw(), values, ofValues, x), t);
      fill(core[3], PlstmPartsReference.gate(maps, "source", ofMaps, z), t);
      Traced[] transition =
          PlstmPartsReference.transition(
              record,
              maps,
              "",
              ofMaps,
              z,
              h.stateSize(),
              spec.eigenvalueFactor(),
              spec.expmOrder());
      fill(core[4], transition, t);
      fill(core[5], PlstmPartsReference.gate(maps, "mark", ofMaps, z), t);
      fill(core[6], PlstmPartsReference.gate(maps, "direct", ofMaps, z), t);
    }
    TracedArray[] results = PlstmReference.sequence(h, layout.scale(), record, core);
    for (int t = 0; t < length; t++) {
      Traced[][] read = new Traced[heads][h.outputLength()];
      TracedArray flat = results[0].reshape(heads, length, h.outputLength());
      for (int head = 0; head < heads; head++) {
        for (int i = 0; i < h.outputLength(); i++) {
          read[head][i] = flat.at(head, t, i);
        }
      }
      Traced[] y =
          PlstmPartsReference.readout(
              record, read, p[layout.norm()], p[layout.output()], spec.normEps());
      for (int o = 0; o < y.length; o++) {
        Traced passed =
            spec.passthrough()
                ? y[o].plus(p[layout.passthrough()].at(o).times(convolved(p, rows, t)[o]))
                : y[o];
        outputs.get(0).set(passed, n, valid[t], o);
      }
    }
    for (int i = 0; i < heads * h.stateLength(); i++) {
      int size = heads * h.stateLength();
      int batch = outputs.get(1).size(0);
      outputs.get(1).reshape(batch, size).set(results[1].reshape(size).at(i), n, i);
    }
    for (int i = 0; i < layout.lookback(); i++) {
      for (int c = 0; c < layout.inputSize(); c++) {
        outputs.get(2).set(rows.get(length + i)[c], n, i, c);
      }
    }
  }

  private void fill(TracedArray to, Traced[] from, int step) {
    PlstmPartsReference.fill(to, from, layout.spec().heads(), step);
  }
}
