package org.dl4jext.samediff.memory;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatMath;

/**
 * One write or read of a deep memory and its derivative, on rows of flat arrays [W1 | W2] or, for
 * TITANS, [W1 | W2 | S1 | S2]; {@link DeepMemoryReference} is the slow form and has the formulas.
 * Holds scratch for one thread.
 */
final class FloatDeepStep {

  private static final float TWO = 2;

  private final FloatBlocks blocks;
  private final boolean titans;
  private final int keySize;
  private final int valueSize;
  private final int deepSize;
  private final int weights;

  /** Place of W2. */
  private final int second;

  private final float[] z;
  private final float[] h;
  private final float[] e;
  private final float[] c;
  private final float[] p;
  private final float[] de;
  private final float[] dh;
  private final float[] dc;

  /** Gradients of the numbers of a token: eta, alpha, beta. */
  final float[] dScalars = new float[3];

  FloatDeepStep(FloatBlocks blocks, BaseMemory kind, int keySize, int valueSize, int deepSize) {
    this.blocks = blocks;
    this.titans = kind == BaseMemory.TITANS;
    this.keySize = keySize;
    this.valueSize = valueSize;
    this.deepSize = deepSize;
    second = deepSize * keySize;
    weights = second + deepSize * valueSize;
    z = new float[deepSize];
    h = new float[deepSize];
    e = new float[valueSize];
    c = new float[deepSize];
    p = new float[deepSize];
    de = new float[valueSize];
    dh = new float[deepSize];
    dc = new float[deepSize];
  }

  private void hidden(float[] m, int at, float[] x, int xAt) {
    for (int i = 0; i < deepSize; i++) {
      z[i] = blocks.dot(keySize, m, at + i * keySize, x, xAt);
      h[i] = FloatMath.of(Gelu.value(z[i]));
    }
  }

  private void inner(float[] m, int at, float[] k, int kAt, float[] v, int vAt) {
    hidden(m, at, k, kAt);
    System.arraycopy(v, vAt, e, 0, valueSize);
    for (int j = 0; j < valueSize && titans; j++) {
      e[j] = TWO * (e[j] - blocks.dot(deepSize, m, at + second + j * deepSize, h, 0));
    }
    Arrays.fill(c, 0);
    for (int j = 0; j < valueSize; j++) {
      blocks.addScaled(deepSize, e[j], m, at + second + j * deepSize, c, 0);
    }
    for (int i = 0; i < deepSize; i++) {
      p[i] = c[i] * FloatMath.of(Gelu.slope(z[i]));
    }
  }

  /** The memory after a token, from the one before. */
  void write(
      float[] m,
      int at,
      float[] k,
      int kAt,
      float[] v,
      int vAt,
      float eta,
      float alpha,
      float beta,
      float[] after,
      int afterAt) {
    inner(m, at, k, kAt, v, vAt);
    int momentum = titans ? weights : 0;
    if (titans) {
      blocks.scale(weights, beta, m, at + weights, after, afterAt + weights);
    } else {
      blocks.scale(weights, alpha, m, at, after, afterAt);
    }
    for (int i = 0; i < deepSize; i++) {
      blocks.addScaled(keySize, eta * p[i], k, kAt, after, afterAt + momentum + i * keySize);
    }
    for (int j = 0; j < valueSize; j++) {
      int row = afterAt + momentum + second + j * deepSize;
      blocks.addScaled(deepSize, eta * e[j], h, 0, after, row);
    }
    if (titans) {
      blocks.scale(weights, alpha, m, at, after, afterAt);
      blocks.addScaled(weights, 1, after, afterAt + weights, after, afterAt);
    }
  }

  /**
   * Turns the gradient of the memory after a token into that of the one before, in place, and adds
   * to those of k and v.
   */
  void writeBackward(
      float[] m,
      int at,
      float[] k,
      int kAt,
      float[] v,
      int vAt,
      float eta,
      float alpha,
      float beta,
      float[] d,
      float[] dk,
      int dkAt,
      float[] dv,
      int dvAt) {
    inner(m, at, k, kAt, v, vAt);
    dScalars[1] = blocks.dot(weights, d, 0, m, at);
    // The gradient of what the token adds: at the momentum for TITANS, else the weights' own.
    int from = titans ? weights : 0;
    if (titans) {
      blocks.addScaled(weights, 1, d, 0, d, weights);
      dScalars[2] = blocks.dot(weights, d, weights, m, at + weights);
    }
    dScalars[0] = 0;
    Arrays.fill(de, 0);
    Arrays.fill(dh, 0);
    for (int j = 0; j < valueSize; j++) {
      int row = from + second + j * deepSize;
      float along = blocks.dot(deepSize, d, row, h, 0);
      dScalars[0] += along * e[j];
      de[j] = eta * along;
      blocks.addScaled(deepSize, eta * e[j], d, row, dh, 0);
    }
    for (int i = 0; i < deepSize; i++) {
      int row = from + i * keySize;
      float along = blocks.dot(keySize, d, row, k, kAt);
      dScalars[0] += along * p[i];
      float dp = eta * along;
      blocks.addScaled(keySize, eta * p[i], d, row, dk, dkAt);
      dc[i] = dp * FloatMath.of(Gelu.slope(z[i]));
      // From here on c holds the part of dz that comes through the slope.
      c[i] = dp * c[i] * FloatMath.of(Gelu.curvature(z[i]));
    }
    blocks.scale(weights, alpha, d, 0, d, 0);
    if (titans) {
      // The weights' gradient of the momentum was read before it decays.
      scaleMomentum(d, beta);
    }
    for (int j = 0; j < valueSize; j++) {
      int row = second + j * deepSize;
      blocks.addScaled(deepSize, e[j], dc, 0, d, row);
      de[j] += blocks.dot(deepSize, m, at + row, dc, 0);
    }
    errorBackward(m, at, d, dv, dvAt);
    for (int i = 0; i < deepSize; i++) {
      float dz = c[i] + dh[i] * FloatMath.of(Gelu.slope(z[i]));
      blocks.addScaled(keySize, dz, k, kAt, d, i * keySize);
      blocks.addScaled(keySize, dz, m, at + i * keySize, dk, dkAt);
    }
  }

  private void scaleMomentum(float[] d, float beta) {
    blocks.scale(weights, beta, d, weights, d, weights);
  }

  private void errorBackward(float[] m, int at, float[] d, float[] dv, int dvAt) {
    for (int j = 0; j < valueSize; j++) {
      float dError = titans ? TWO * de[j] : de[j];
      dv[dvAt + j] += dError;
      if (titans) {
        int row = second + j * deepSize;
        blocks.addScaled(deepSize, -dError, h, 0, d, row);
        blocks.addScaled(deepSize, -dError, m, at + row, dh, 0);
      }
    }
  }

  /** y += weight M(q). */
  void read(float[] m, int at, float[] q, int qAt, float weight, float[] y, int yAt) {
    hidden(m, at, q, qAt);
    for (int j = 0; j < valueSize; j++) {
      y[yAt + j] += weight * blocks.dot(deepSize, m, at + second + j * deepSize, h, 0);
    }
  }

  /**
   * Adds to the gradients of a weighted read.
   *
   * @return the inner product of the gradient with the read, without the weight
   */
  float readBackward(
      float[] m,
      int at,
      float[] q,
      int qAt,
      float weight,
      float[] dy,
      int dyAt,
      float[] dm,
      int dmAt,
      float[] dq,
      int dqAt) {
    hidden(m, at, q, qAt);
    Arrays.fill(dh, 0);
    float along = 0;
    for (int j = 0; j < valueSize; j++) {
      int row = second + j * deepSize;
      along += dy[dyAt + j] * blocks.dot(deepSize, m, at + row, h, 0);
      float d = weight * dy[dyAt + j];
      blocks.addScaled(deepSize, d, h, 0, dm, dmAt + row);
      blocks.addScaled(deepSize, d, m, at + row, dh, 0);
    }
    for (int i = 0; i < deepSize; i++) {
      float dz = dh[i] * FloatMath.of(Gelu.slope(z[i]));
      blocks.addScaled(keySize, dz, q, qAt, dm, dmAt + i * keySize);
      blocks.addScaled(keySize, dz, m, at + i * keySize, dq, dqAt);
    }
    return along;
  }
}
