package org.dl4jext.samediff.plstm;

import static org.dl4jext.samediff.plstm.PlstmCoreArrays.DIRECT;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.K;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.M_L;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.M_U;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.Q;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.S_D;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.S_R;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.T_DL;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.T_DU;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.T_RL;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.T_RU;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.V;

import java.util.Arrays;
import org.dl4jext.samediff.DifferentiableUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The recurrences in the {@code REFERENCE} execution: loops over positions in double precision, for
 * a sequence and for a grid; the oracle of the other forms.
 */
final class PlstmReference implements DifferentiableUnit {

  private final boolean grid;
  private final double scale;
  private final DataType type;
  private boolean kept;

  PlstmReference(boolean grid, double scale, DataType type) {
    this.grid = grid;
    this.scale = scale;
    this.type = type;
  }

  private PlstmCoreArrays arrays(INDArray[] inputs) {
    return grid ? PlstmCoreArrays.grid(inputs, type) : PlstmCoreArrays.sequence(inputs, type);
  }

  private TracedArray[] formula(PlstmHead head, Traced.Tape record, TracedArray[] in) {
    return grid
        ? new TracedArray[] {grid(head, scale, record, in)}
        : sequence(head, scale, record, in);
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    PlstmCoreArrays arrays = arrays(inputs);
    arrays.requireOutputs("outputs", outputs);
    TracedArray.forward((r, in) -> formula(arrays.head(), r, in), inputs, outputs);
    kept = keep;
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    PlstmCoreArrays arrays = arrays(inputs);
    arrays.requireBackward(kept, outputGradients, inputGradients);
    TracedArray.backward(
        (r, in) -> formula(arrays.head(), r, in), inputs, outputGradients, inputGradients);
  }

  /** Inputs Q, K, V, S, T, M, D and the state or null; outputs Y and the last state. */
  static TracedArray[] sequence(PlstmHead h, double scale, Traced.Tape record, TracedArray[] in) {
    int lanes = in[Q].size(0);
    int steps = in[Q].size(1);
    TracedArray y = TracedArray.zeros(record, lanes, steps, h.valueSize(), h.outputs());
    TracedArray last = TracedArray.zeros(record, lanes, h.keySize(), h.valueSize(), h.stateSize());
    for (int b = 0; b < lanes; b++) {
      TracedArray c = TracedArray.zeros(record, h.keySize(), h.valueSize(), h.stateSize());
      if (in[PlstmCoreArrays.STATE] != null) {
        copyState(h, in[PlstmCoreArrays.STATE], b, c);
      }
      for (int t = 0; t < steps; t++) {
        int[] at = {b, t};
        read(h, in[Q], in[PlstmCoreArrays.M], at, c, scale, y);
        direct(h, in, in[PlstmCoreArrays.D], at, scale, y);
        TracedArray next = TracedArray.zeros(record, h.keySize(), h.valueSize(), h.stateSize());
        move(h, in[PlstmCoreArrays.T], at, c, next);
        write(h, in, in[PlstmCoreArrays.S], at, next);
        c = next;
      }
      for (int d = 0; d < h.keySize(); d++) {
        for (int v = 0; v < h.valueSize(); v++) {
          for (int i = 0; i < h.stateSize(); i++) {
            last.set(c.at(d, v, i), b, d, v, i);
          }
        }
      }
    }
    return new TracedArray[] {y, last};
  }

  private static void copyState(PlstmHead h, TracedArray from, int b, TracedArray to) {
    for (int d = 0; d < h.keySize(); d++) {
      for (int v = 0; v < h.valueSize(); v++) {
        for (int i = 0; i < h.stateSize(); i++) {
          to.set(from.at(b, d, v, i), d, v, i);
        }
      }
    }
  }

  /** Inputs Q, K, V, S_r, S_d, T_rl, T_du, T_dl, T_ru, M_l, M_u and D; output Y. */
  static TracedArray grid(PlstmHead h, double scale, Traced.Tape record, TracedArray[] in) {
    int lanes = in[Q].size(0);
    int width = in[Q].size(1);
    int height = in[Q].size(2);
    TracedArray y = TracedArray.zeros(record, lanes, width, height, h.valueSize(), h.outputs());
    for (int b = 0; b < lanes; b++) {
      TracedArray[][] right = new TracedArray[width + 1][height];
      TracedArray[][] down = new TracedArray[width][height + 1];
      for (int j = 0; j < height; j++) {
        right[0][j] = TracedArray.zeros(record, h.keySize(), h.valueSize(), h.stateSize());
      }
      for (int i = 0; i < width; i++) {
        down[i][0] = TracedArray.zeros(record, h.keySize(), h.valueSize(), h.stateSize());
        for (int j = 0; j < height; j++) {
          int[] at = {b, i, j};
          TracedArray l = right[i][j];
          TracedArray u = down[i][j];
          read(h, in[Q], in[M_L], at, l, scale, y);
          read(h, in[Q], in[M_U], at, u, scale, y);
          direct(h, in, in[DIRECT], at, scale, y);
          TracedArray r = TracedArray.zeros(record, h.keySize(), h.valueSize(), h.stateSize());
          move(h, in[T_RL], at, l, r);
          move(h, in[T_RU], at, u, r);
          write(h, in, in[S_R], at, r);
          right[i + 1][j] = r;
          TracedArray d = TracedArray.zeros(record, h.keySize(), h.valueSize(), h.stateSize());
          move(h, in[T_DU], at, u, d);
          move(h, in[T_DL], at, l, d);
          write(h, in, in[S_D], at, d);
          down[i][j + 1] = d;
        }
      }
    }
    return y;
  }

  private static int[] at(int[] position, int... rest) {
    int[] all = Arrays.copyOf(position, position.length + rest.length);
    System.arraycopy(rest, 0, all, position.length, rest.length);
    return all;
  }

  /** Y[v,o] += scale Q[d,j] M[o,j,k] C[d,v,k]. */
  private static void read(
      PlstmHead h, TracedArray q, TracedArray m, int[] at, TracedArray c, double s, TracedArray y) {
    for (int o = 0; o < h.outputs(); o++) {
      for (int j = 0; j < h.queries(); j++) {
        for (int k = 0; k < h.stateSize(); k++) {
          for (int d = 0; d < h.keySize(); d++) {
            Traced qm = q.at(at(at, d, j)).times(m.at(at(at, o, j, k))).times(s);
            for (int v = 0; v < h.valueSize(); v++) {
              y.add(qm.times(c.at(d, v, k)), at(at, v, o));
            }
          }
        }
      }
    }
  }

  /** Y[v,o] += scale Q[d,j] D[o,j,k,l] K[d,k] V[v,l]. */
  private static void direct(
      PlstmHead h, TracedArray[] in, TracedArray gate, int[] at, double s, TracedArray y) {
    if (gate == null) {
      return;
    }
    for (int j = 0; j < h.queries(); j++) {
      for (int k = 0; k < h.keys(); k++) {
        for (int d = 0; d < h.keySize(); d++) {
          Traced qk = in[Q].at(at(at, d, j)).times(in[K].at(at(at, d, k))).times(s);
          for (int o = 0; o < h.outputs(); o++) {
            for (int l = 0; l < h.values(); l++) {
              Traced g = qk.times(gate.at(at(at, o, j, k, l)));
              for (int v = 0; v < h.valueSize(); v++) {
                y.add(g.times(in[V].at(at(at, v, l))), at(at, v, o));
              }
            }
          }
        }
      }
    }
  }

  /** C'[d,v,i] += T[i,j] C[d,v,j]. */
  private static void move(PlstmHead h, TracedArray t, int[] at, TracedArray c, TracedArray next) {
    if (t == null) {
      return;
    }
    for (int i = 0; i < h.stateSize(); i++) {
      for (int j = 0; j < h.stateSize(); j++) {
        for (int d = 0; d < h.keySize(); d++) {
          for (int v = 0; v < h.valueSize(); v++) {
            next.add(t.at(at(at, i, j)).times(c.at(d, v, j)), d, v, i);
          }
        }
      }
    }
  }

  /** C'[d,v,i] += S[i,j,k] K[d,j] V[v,k]. */
  private static void write(
      PlstmHead h, TracedArray[] in, TracedArray s, int[] at, TracedArray next) {
    for (int i = 0; i < h.stateSize(); i++) {
      for (int j = 0; j < h.keys(); j++) {
        for (int k = 0; k < h.values(); k++) {
          for (int d = 0; d < h.keySize(); d++) {
            Traced sk = s.at(at(at, i, j, k)).times(in[K].at(at(at, d, j)));
            for (int v = 0; v < h.valueSize(); v++) {
              next.add(sk.times(in[V].at(at(at, v, k))), d, v, i);
            }
          }
        }
      }
    }
  }
}
