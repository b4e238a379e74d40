package org.dl4jext.samediff.plstm;

import static org.dl4jext.samediff.plstm.PlstmCoreArrays.DIRECT;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.K;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.Q;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.V;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatBlocks;

/**
 * What one cell does with states [JT,DK,DV]: reads, moves and writes them. Holds scratch memory for
 * one worker; {@link FloatPlstmCellGradient} goes back.
 */
class FloatPlstmCell {

  final FloatBlocks blocks = FloatBlocks.best();
  final int dk;
  final int dv;
  final int jt;
  final int jk;
  final int jv;
  final int jo;
  final int jq;
  final int plane;
  final int rows;
  final float scale;

  /** Values [JV,DV] of the current cell. */
  final float[] values;

  /** Outputs [JO,DV] of the current cell, or their gradients times the scale. */
  final float[] outputs;

  final float[] query;
  final float[] written;
  final float[] products;
  final float[] gates;

  FloatPlstmCell(PlstmHead head, float scale) {
    this.scale = scale;
    dk = head.keySize();
    dv = head.valueSize();
    jt = head.stateSize();
    jk = head.keys();
    jv = head.values();
    jo = head.outputs();
    jq = head.queries();
    plane = dk * dv;
    rows = jt * dk;
    values = new float[jv * dv];
    outputs = new float[jo * dv];
    query = new float[jo * rows];
    written = new float[rows * jv];
    products = new float[jq * jk];
    gates = new float[jo * jv];
  }

  /** Takes the values of a cell and forgets the outputs of the last one. */
  void begin(FloatPlstmField[] in, int position) {
    transpose(in[V].data(), in[V].at(position), dv, jv, values);
    Arrays.fill(outputs, 0);
  }

  static void transpose(float[] from, int offset, int n, int m, float[] to) {
    if (m == 1) {
      System.arraycopy(from, offset, to, 0, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < m; j++) {
        to[j * n + i] = from[offset + i * m + j];
      }
    }
  }

  /** outputs += Q M C. */
  void read(FloatPlstmField[] in, int mark, int position, float[] c, int at) {
    contractQuery(in, mark, position);
    blocks.multiply(jo, dv, rows, query, 0, rows, 1, c, at, dv, outputs, 0, dv, 1, true);
  }

  /** query [JO,JT,DK] = Q[d,j] M[o,j,i]. */
  final void contractQuery(FloatPlstmField[] in, int mark, int position) {
    float[] q = in[Q].data();
    float[] m = in[mark].data();
    int qAt = in[Q].at(position);
    int mAt = in[mark].at(position);
    if (jt == 1 && jo == 1 && jq == 1) {
      blocks.scale(dk, m[mAt], q, qAt, query, 0);
      return;
    }
    Arrays.fill(query, 0);
    for (int o = 0; o < jo; o++) {
      for (int j = 0; j < jq; j++) {
        for (int i = 0; i < jt; i++) {
          float gate = m[mAt + (o * jq + j) * jt + i];
          for (int d = 0; d < dk; d++) {
            query[(o * jt + i) * dk + d] += gate * q[qAt + d * jq + j];
          }
        }
      }
    }
  }

  /** outputs += Q D K V. */
  void direct(FloatPlstmField[] in, int position) {
    contractDirect(in, position);
    blocks.multiply(jo, dv, jv, gates, 0, jv, 1, values, 0, dv, outputs, 0, dv, 1, true);
  }

  /** products [JQ,JK] = Q[d,j] K[d,k], gates [JO,JV] = D[o,j,k,l] products[j,k]. */
  final void contractDirect(FloatPlstmField[] in, int position) {
    float[] q = in[Q].data();
    float[] k = in[K].data();
    int qAt = in[Q].at(position);
    int kAt = in[K].at(position);
    for (int j = 0; j < jq; j++) {
      for (int m = 0; m < jk; m++) {
        float sum = 0;
        for (int d = 0; d < dk; d++) {
          sum += q[qAt + d * jq + j] * k[kAt + d * jk + m];
        }
        products[j * jk + m] = sum;
      }
    }
    float[] gate = in[DIRECT].data();
    int at = in[DIRECT].at(position);
    Arrays.fill(gates, 0);
    for (int o = 0; o < jo; o++) {
      for (int jm = 0; jm < jq * jk; jm++) {
        for (int l = 0; l < jv; l++) {
          gates[o * jv + l] += gate[at + (o * jq * jk + jm) * jv + l] * products[jm];
        }
      }
    }
  }

  /** Y += scale outputs. */
  void finish(FloatPlstmField out, int position) {
    float[] y = out.data();
    int at = out.at(position);
    for (int v = 0; v < dv; v++) {
      for (int o = 0; o < jo; o++) {
        y[at + v * jo + o] += scale * outputs[o * dv + v];
      }
    }
  }

  /** next = T C; C may not be next. */
  void move(FloatPlstmField t, int position, float[] c, int at, float[] next, int to) {
    Arrays.fill(next, to, to + jt * plane, 0);
    addMoved(t, position, c, at, next, to);
  }

  /** next += T C. */
  void addMoved(FloatPlstmField t, int position, float[] c, int at, float[] next, int to) {
    int first = t.at(position);
    for (int i = 0; i < jt; i++) {
      for (int j = 0; j < jt; j++) {
        float gate = t.data()[first + i * jt + j];
        blocks.addScaled(plane, gate, c, at + j * plane, next, to + i * plane);
      }
    }
  }

  /** next += S K V. */
  void write(FloatPlstmField[] in, int source, int position, float[] next, int to) {
    contractSource(in, source, position);
    blocks.multiply(rows, dv, jv, written, 0, jv, 1, values, 0, dv, next, to, dv, 1, true);
  }

  /** written [JT,DK,JV] = S[i,j,k] K[d,j]. */
  final void contractSource(FloatPlstmField[] in, int source, int position) {
    float[] k = in[K].data();
    float[] s = in[source].data();
    int kAt = in[K].at(position);
    int sAt = in[source].at(position);
    if (jt == 1 && jk == 1 && jv == 1) {
      blocks.scale(dk, s[sAt], k, kAt, written, 0);
      return;
    }
    Arrays.fill(written, 0);
    for (int i = 0; i < jt; i++) {
      for (int j = 0; j < jk; j++) {
        for (int m = 0; m < jv; m++) {
          float gate = s[sAt + (i * jk + j) * jv + m];
          for (int d = 0; d < dk; d++) {
            written[(i * dk + d) * jv + m] += gate * k[kAt + d * jk + j];
          }
        }
      }
    }
  }
}
