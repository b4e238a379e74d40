package org.dl4jext.samediff.plstm;

import static org.dl4jext.samediff.plstm.PlstmCoreArrays.DIRECT;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.K;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.Q;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.V;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatBlocks;

/**
 * What one cell does with states [JT,DK,DV]: reads, moves and writes them, and the gradients of
 * that. Holds scratch memory for one worker.
 */
final class FloatPlstmCell {

  private final FloatBlocks blocks = FloatBlocks.best();
  private final int dk;
  private final int dv;
  private final int jt;
  private final int jk;
  private final int jv;
  private final int jo;
  private final int jq;
  private final int plane;
  private final int rows;
  private final float scale;

  /** Values [JV,DV] of the current cell, and their gradients. */
  private final float[] values;

  private final float[] valuesGradient;

  /** Outputs [JO,DV] of the current cell, or their gradients times the scale. */
  private final float[] outputs;

  private final float[] query;
  private final float[] queryGradient;
  private final float[] written;
  private final float[] writtenGradient;
  private final float[] products;
  private final float[] productsGradient;
  private final float[] gates;
  private final float[] gatesGradient;

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
    valuesGradient = new float[jv * dv];
    outputs = new float[jo * dv];
    query = new float[jo * rows];
    queryGradient = new float[jo * rows];
    written = new float[rows * jv];
    writtenGradient = new float[rows * jv];
    products = new float[jq * jk];
    productsGradient = new float[jq * jk];
    gates = new float[jo * jv];
    gatesGradient = new float[jo * jv];
  }

  /** Takes the values of a cell and forgets the outputs of the last one. */
  void begin(FloatPlstmField[] in, int position) {
    transpose(in[V].data(), in[V].at(position), dv, jv, values);
    Arrays.fill(outputs, 0);
  }

  private static void transpose(float[] from, int offset, int n, int m, float[] to) {
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
  private void contractQuery(FloatPlstmField[] in, int mark, int position) {
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
  private void contractDirect(FloatPlstmField[] in, int position) {
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
  private void contractSource(FloatPlstmField[] in, int source, int position) {
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

  /** Takes values and the gradient of the output of a cell. */
  void beginBackward(FloatPlstmField[] in, FloatPlstmField dOut, int position) {
    transpose(in[V].data(), in[V].at(position), dv, jv, values);
    transpose(dOut.data(), dOut.at(position), dv, jo, outputs);
    blocks.scale(jo * dv, scale, outputs, 0, outputs, 0);
    Arrays.fill(valuesGradient, 0);
  }

  /** Gradients of {@link #read}; dC is added to. */
  void readBackward(
      FloatPlstmField[] in,
      FloatPlstmField[] gradients,
      int mark,
      int position,
      float[] c,
      int at,
      float[] dc,
      int dAt) {
    contractQuery(in, mark, position);
    blocks.multiply(rows, dv, jo, query, 0, 1, rows, outputs, 0, dv, dc, dAt, dv, 1, true);
    for (int o = 0; o < jo; o++) {
      for (int r = 0; r < rows; r++) {
        queryGradient[o * rows + r] = blocks.dot(dv, c, at + r * dv, outputs, o * dv);
      }
    }
    float[] q = in[Q].data();
    float[] m = in[mark].data();
    float[] dq = gradients[Q].data();
    float[] dm = gradients[mark].data();
    int qAt = in[Q].at(position);
    int mAt = in[mark].at(position);
    int dqAt = gradients[Q].at(position);
    int dmAt = gradients[mark].at(position);
    for (int o = 0; o < jo; o++) {
      for (int j = 0; j < jq; j++) {
        for (int i = 0; i < jt; i++) {
          int gate = (o * jq + j) * jt + i;
          float sum = 0;
          for (int d = 0; d < dk; d++) {
            float g = queryGradient[(o * jt + i) * dk + d];
            sum += g * q[qAt + d * jq + j];
            dq[dqAt + d * jq + j] += g * m[mAt + gate];
          }
          dm[dmAt + gate] += sum;
        }
      }
    }
  }

  /** Gradients of {@link #direct}. */
  void directBackward(FloatPlstmField[] in, FloatPlstmField[] gradients, int position) {
    contractDirect(in, position);
    blocks.multiply(jv, dv, jo, gates, 0, 1, jv, outputs, 0, dv, valuesGradient, 0, dv, 1, true);
    for (int o = 0; o < jo; o++) {
      for (int l = 0; l < jv; l++) {
        gatesGradient[o * jv + l] = blocks.dot(dv, outputs, o * dv, values, l * dv);
      }
    }
    float[] gate = in[DIRECT].data();
    float[] dGate = gradients[DIRECT].data();
    int at = in[DIRECT].at(position);
    int dAt = gradients[DIRECT].at(position);
    Arrays.fill(productsGradient, 0);
    for (int o = 0; o < jo; o++) {
      for (int jm = 0; jm < jq * jk; jm++) {
        for (int l = 0; l < jv; l++) {
          int i = (o * jq * jk + jm) * jv + l;
          productsGradient[jm] += gate[at + i] * gatesGradient[o * jv + l];
          dGate[dAt + i] += products[jm] * gatesGradient[o * jv + l];
        }
      }
    }
    float[] q = in[Q].data();
    float[] k = in[K].data();
    float[] dq = gradients[Q].data();
    float[] dk0 = gradients[K].data();
    int qAt = in[Q].at(position);
    int kAt = in[K].at(position);
    int dqAt = gradients[Q].at(position);
    int dkAt = gradients[K].at(position);
    for (int j = 0; j < jq; j++) {
      for (int m = 0; m < jk; m++) {
        float g = productsGradient[j * jk + m];
        for (int d = 0; d < dk; d++) {
          dq[dqAt + d * jq + j] += g * k[kAt + d * jk + m];
          dk0[dkAt + d * jk + m] += g * q[qAt + d * jq + j];
        }
      }
    }
  }

  /** Gradients of {@link #addMoved}; dC is added to. */
  void moveBackward(
      FloatPlstmField t,
      FloatPlstmField gradient,
      int position,
      float[] c,
      int at,
      float[] dNext,
      int from,
      float[] dc,
      int dAt) {
    int first = t.at(position);
    int dFirst = gradient.at(position);
    for (int i = 0; i < jt; i++) {
      for (int j = 0; j < jt; j++) {
        int gate = i * jt + j;
        gradient.data()[dFirst + gate] +=
            blocks.dot(plane, dNext, from + i * plane, c, at + j * plane);
        float value = t.data()[first + gate];
        blocks.addScaled(plane, value, dNext, from + i * plane, dc, dAt + j * plane);
      }
    }
  }

  /** Gradients of {@link #write}. */
  void writeBackward(
      FloatPlstmField[] in,
      FloatPlstmField[] gradients,
      int source,
      int position,
      float[] dNext,
      int from) {
    contractSource(in, source, position);
    blocks.multiply(
        jv, dv, rows, written, 0, 1, jv, dNext, from, dv, valuesGradient, 0, dv, 1, true);
    for (int r = 0; r < rows; r++) {
      for (int m = 0; m < jv; m++) {
        writtenGradient[r * jv + m] = blocks.dot(dv, dNext, from + r * dv, values, m * dv);
      }
    }
    float[] k = in[K].data();
    float[] s = in[source].data();
    float[] dKey = gradients[K].data();
    float[] ds = gradients[source].data();
    int kAt = in[K].at(position);
    int sAt = in[source].at(position);
    int dkAt = gradients[K].at(position);
    int dsAt = gradients[source].at(position);
    for (int i = 0; i < jt; i++) {
      for (int j = 0; j < jk; j++) {
        for (int m = 0; m < jv; m++) {
          int gate = (i * jk + j) * jv + m;
          float sum = 0;
          for (int d = 0; d < dk; d++) {
            float g = writtenGradient[(i * dk + d) * jv + m];
            sum += g * k[kAt + d * jk + j];
            dKey[dkAt + d * jk + j] += g * s[sAt + gate];
          }
          ds[dsAt + gate] += sum;
        }
      }
    }
  }

  /** Adds the gradient of the values of the cell. */
  void finishBackward(FloatPlstmField dv0, int position) {
    int at = dv0.at(position);
    for (int v = 0; v < dv; v++) {
      for (int m = 0; m < jv; m++) {
        dv0.data()[at + v * jv + m] += valuesGradient[m * dv + v];
      }
    }
  }
}
