package org.dl4jext.samediff.memory;

/**
 * The deep memories: {@code M(x) = W2 gelu(W1 x)} as [W1 | W2], for TITANS followed by the momentum
 * [S1 | S2].
 *
 * <pre>
 *   z = W1 k;  e = v (DLA) or 2 (v - W2 gelu(z)) (TITANS);  c = W2'e
 *   S2 = beta S2 + eta e gelu(z)';  S1 = beta S1 + eta (c * gelu'(z)) k'      beta = 0 for DLA
 *   W  = alpha W + S                                                        all from the old W
 * </pre>
 */
final class DeepMemoryReference implements ReferenceMemory {

  private static final int ETA = 0;
  private static final int ALPHA = 1;
  private static final int BETA = 2;

  private final boolean titans;
  private final int keySize;
  private final int valueSize;
  private final int deepSize;
  private final int weights;

  DeepMemoryReference(BaseMemory kind, int keySize, int valueSize, int deepSize) {
    this.titans = kind == BaseMemory.TITANS;
    this.keySize = keySize;
    this.valueSize = valueSize;
    this.deepSize = deepSize;
    weights = deepSize * (keySize + valueSize);
  }

  private double w1(double[] m, int i, int j) {
    return m[i * keySize + j];
  }

  private int at2(int v, int i) {
    return deepSize * keySize + v * deepSize + i;
  }

  /** What a write computes from the weights before it. */
  private final class Step {
    final double[] z = new double[deepSize];
    final double[] h = new double[deepSize];
    final double[] e;
    final double[] c = new double[deepSize];
    final double[] p = new double[deepSize];

    Step(double[] m, Token x) {
      for (int i = 0; i < deepSize; i++) {
        for (int j = 0; j < keySize; j++) {
          z[i] += w1(m, i, j) * x.k()[j];
        }
        h[i] = Gelu.value(z[i]);
      }
      e = x.v().clone();
      for (int v = 0; v < valueSize && titans; v++) {
        for (int i = 0; i < deepSize; i++) {
          e[v] -= m[at2(v, i)] * h[i];
        }
        e[v] *= 2;
      }
      for (int i = 0; i < deepSize; i++) {
        for (int v = 0; v < valueSize; v++) {
          c[i] += m[at2(v, i)] * e[v];
        }
        p[i] = c[i] * Gelu.slope(z[i]);
      }
    }
  }

  @Override
  public double[] write(double[] m, Token x) {
    Step s = new Step(m, x);
    double[] after = m.clone();
    for (int i = 0; i < deepSize; i++) {
      for (int j = 0; j < keySize; j++) {
        update(m, x, i * keySize + j, s.p[i] * x.k()[j], after);
      }
      for (int v = 0; v < valueSize; v++) {
        update(m, x, at2(v, i), s.e[v] * s.h[i], after);
      }
    }
    return after;
  }

  private void update(double[] m, Token x, int at, double descent, double[] after) {
    double momentum = x.scalars()[ETA] * descent;
    if (titans) {
      momentum += x.scalars()[BETA] * m[weights + at];
      after[weights + at] = momentum;
    }
    after[at] = x.scalars()[ALPHA] * m[at] + momentum;
  }

  @Override
  public double[] writeBackward(double[] m, Token x, double[] after, Token d) {
    Step s = new Step(m, x);
    double[] before = new double[m.length];
    // Gradient of the momentum after the token.
    double[] dS = new double[weights];
    for (int i = 0; i < weights; i++) {
      dS[i] = after[i] + (titans ? after[weights + i] : 0);
      d.scalars()[ALPHA] += after[i] * m[i];
      before[i] = x.scalars()[ALPHA] * after[i];
      if (titans) {
        d.scalars()[BETA] += dS[i] * m[weights + i];
        before[weights + i] = x.scalars()[BETA] * dS[i];
      }
    }
    double eta = x.scalars()[ETA];
    double[] de = new double[valueSize];
    double[] dh = new double[deepSize];
    double[] dz = new double[deepSize];
    double[] dc = new double[deepSize];
    for (int i = 0; i < deepSize; i++) {
      double dp = 0;
      for (int j = 0; j < keySize; j++) {
        double g = dS[i * keySize + j];
        d.scalars()[ETA] += g * s.p[i] * x.k()[j];
        dp += eta * g * x.k()[j];
        d.k()[j] += eta * g * s.p[i];
      }
      for (int v = 0; v < valueSize; v++) {
        double g = dS[at2(v, i)];
        d.scalars()[ETA] += g * s.e[v] * s.h[i];
        de[v] += eta * g * s.h[i];
        dh[i] += eta * g * s.e[v];
      }
      dc[i] = dp * Gelu.slope(s.z[i]);
      dz[i] = dp * s.c[i] * Gelu.curvature(s.z[i]);
    }
    for (int i = 0; i < deepSize; i++) {
      for (int v = 0; v < valueSize; v++) {
        before[at2(v, i)] += s.e[v] * dc[i];
        de[v] += m[at2(v, i)] * dc[i];
      }
    }
    errorBackward(m, s, de, dh, before, d);
    for (int i = 0; i < deepSize; i++) {
      dz[i] += dh[i] * Gelu.slope(s.z[i]);
      for (int j = 0; j < keySize; j++) {
        before[i * keySize + j] += dz[i] * x.k()[j];
        d.k()[j] += w1(m, i, j) * dz[i];
      }
    }
    return before;
  }

  private void errorBackward(
      double[] m, Step s, double[] de, double[] dh, double[] before, Token d) {
    for (int v = 0; v < valueSize; v++) {
      double dError = titans ? 2 * de[v] : de[v];
      d.v()[v] += dError;
      for (int i = 0; i < deepSize && titans; i++) {
        before[at2(v, i)] -= dError * s.h[i];
        dh[i] -= dError * m[at2(v, i)];
      }
    }
  }

  @Override
  public double[] read(double[] m, double[] q) {
    double[] y = new double[valueSize];
    for (int i = 0; i < deepSize; i++) {
      double h = Gelu.value(hidden(m, q, i));
      for (int v = 0; v < valueSize; v++) {
        y[v] += m[at2(v, i)] * h;
      }
    }
    return y;
  }

  private double hidden(double[] m, double[] q, int i) {
    double z = 0;
    for (int j = 0; j < keySize; j++) {
      z += w1(m, i, j) * q[j];
    }
    return z;
  }

  @Override
  public void readBackward(double[] m, double[] q, double[] d, double[] dm, double[] dq) {
    for (int i = 0; i < deepSize; i++) {
      double z = hidden(m, q, i);
      double h = Gelu.value(z);
      double dh = 0;
      for (int v = 0; v < valueSize; v++) {
        dm[at2(v, i)] += d[v] * h;
        dh += d[v] * m[at2(v, i)];
      }
      double dz = dh * Gelu.slope(z);
      for (int j = 0; j < keySize; j++) {
        dm[i * keySize + j] += dz * q[j];
        dq[j] += dz * w1(m, i, j);
      }
    }
  }
}
