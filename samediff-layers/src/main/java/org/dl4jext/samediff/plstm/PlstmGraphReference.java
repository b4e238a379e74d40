package org.dl4jext.samediff.plstm;

import static org.dl4jext.samediff.plstm.PlstmGraphArrays.DIRECT;
import static org.dl4jext.samediff.plstm.PlstmGraphArrays.KEY;
import static org.dl4jext.samediff.plstm.PlstmGraphArrays.MARK;
import static org.dl4jext.samediff.plstm.PlstmGraphArrays.QUERY;
import static org.dl4jext.samediff.plstm.PlstmGraphArrays.SOURCE;
import static org.dl4jext.samediff.plstm.PlstmGraphArrays.TRANSITION;
import static org.dl4jext.samediff.plstm.PlstmGraphArrays.VALUE;

import org.dl4jext.samediff.DifferentiableUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** {@link PlstmGraph} in the {@code REFERENCE} execution: a loop over edges in double precision. */
final class PlstmGraphReference implements DifferentiableUnit {

  private final DataType type;
  private boolean kept;

  PlstmGraphReference(DataType type) {
    this.type = type;
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    PlstmGraphArrays arrays = PlstmGraphArrays.of(inputs, type);
    arrays.requireOutputs("output", outputs);
    TracedArray.forward((r, in) -> compute(arrays, r, in), inputs, outputs);
    kept = keep;
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    PlstmGraphArrays arrays = PlstmGraphArrays.of(inputs, type);
    arrays.requireBackward(kept, outputGradients, inputGradients);
    TracedArray.backward(
        (r, in) -> compute(arrays, r, in), inputs, outputGradients, inputGradients);
  }

  private static TracedArray[] compute(
      PlstmGraphArrays arrays, Traced.Tape record, TracedArray[] in) {
    int nodes = arrays.graph().nodes();
    int[][] edges = arrays.graph().edges();
    int[][] lineEdges = arrays.graph().lineEdges();
    TracedArray y = TracedArray.zeros(record, arrays.heads(), nodes, arrays.valueSize());
    for (int h = 0; h < arrays.heads(); h++) {
      TracedArray[] cells = new TracedArray[edges.length];
      for (int e = 0; e < edges.length; e++) {
        cells[e] = TracedArray.zeros(record, arrays.keySize(), arrays.valueSize());
        for (int l = 0; l < lineEdges.length; l++) {
          if (lineEdges[l][1] == e) {
            addScaled(in[TRANSITION].at(h, l), cells[lineEdges[l][0]], cells[e]);
          }
        }
        for (int k = 0; k < arrays.keySize(); k++) {
          Traced written = in[SOURCE].at(h, e).times(in[KEY].at(h, edges[e][0], k));
          for (int v = 0; v < arrays.valueSize(); v++) {
            cells[e].add(written.times(in[VALUE].at(h, edges[e][0], v)), k, v);
          }
        }
      }
      for (int k = 0; k < arrays.keySize(); k++) {
        for (int v = 0; v < arrays.valueSize(); v++) {
          for (int e = 0; e < edges.length; e++) {
            Traced read = in[MARK].at(h, e).times(in[QUERY].at(h, edges[e][1], k));
            y.add(read.times(cells[e].at(k, v)), h, edges[e][1], v);
          }
          for (int n = 0; n < nodes; n++) {
            Traced own = in[QUERY].at(h, n, k).times(in[KEY].at(h, n, k));
            y.add(own.times(in[DIRECT].at(h, n)).times(in[VALUE].at(h, n, v)), h, n, v);
          }
        }
      }
    }
    return new TracedArray[] {y};
  }

  private static void addScaled(Traced factor, TracedArray from, TracedArray to) {
    for (int k = 0; k < from.size(0); k++) {
      for (int v = 0; v < from.size(1); v++) {
        to.add(factor.times(from.at(k, v)), k, v);
      }
    }
  }
}
