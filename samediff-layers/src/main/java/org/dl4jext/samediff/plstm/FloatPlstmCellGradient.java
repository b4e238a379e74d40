package org.dl4jext.samediff.plstm;

import static org.dl4jext.samediff.plstm.PlstmCoreArrays.DIRECT;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.K;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.Q;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.V;

import java.util.Arrays;

/** A {@link FloatPlstmCell} with the gradients of what it does. */
final class FloatPlstmCellGradient extends FloatPlstmCell {

  private final float[] valuesGradient;
  private final float[] queryGradient;
  private final float[] writtenGradient;
  private final float[] productsGradient;
  private final float[] gatesGradient;

  FloatPlstmCellGradient(PlstmHead head, float scale) {
    super(head, scale);
    valuesGradient = new float[values.length];
    queryGradient = new float[query.length];
    writtenGradient = new float[written.length];
    productsGradient = new float[products.length];
    gatesGradient = new float[gates.length];
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
