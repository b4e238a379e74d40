package org.dl4jext.samediff.memory;

/** The memories that are linear in their state: a matrix [V,K], and for SWLA the token before. */
final class MatrixMemoryReference implements ReferenceMemory {

  private final BaseMemory kind;
  private final int keySize;
  private final int valueSize;

  MatrixMemoryReference(BaseMemory kind, int keySize, int valueSize) {
    this.kind = kind;
    this.keySize = keySize;
    this.valueSize = valueSize;
  }

  private int matrix() {
    return keySize * valueSize;
  }

  /** Factor on the memory before. */
  private double decay(Token x) {
    return switch (kind) {
      case GATED_DELTA -> Math.exp(x.scalars()[0]);
      case SWLA -> x.scalars()[0];
      default -> 1;
    };
  }

  private boolean erases() {
    return kind == BaseMemory.DELTA || kind == BaseMemory.GATED_DELTA;
  }

  /** Place of the factor on what this token writes among the scalars; none for LINEAR. */
  private double strength(Token x) {
    return kind == BaseMemory.LINEAR ? 1 : x.scalars()[x.scalars().length - 1];
  }

  @Override
  public double[] write(double[] m, Token x) {
    double[] after = m.clone();
    double decay = decay(x);
    for (int i = 0; i < matrix(); i++) {
      after[i] = decay * m[i];
    }
    double[] e = erases() ? minus(x.v(), times(after, x.k())) : x.v();
    if (kind == BaseMemory.SWLA) {
      addOuter(after, x.scalars()[1], valueBefore(m), keyBefore(m));
      System.arraycopy(x.k(), 0, after, matrix(), keySize);
      System.arraycopy(x.v(), 0, after, matrix() + keySize, valueSize);
    }
    addOuter(after, strength(x), e, x.k());
    return after;
  }

  private double[] keyBefore(double[] m) {
    return java.util.Arrays.copyOfRange(m, matrix(), matrix() + keySize);
  }

  private double[] valueBefore(double[] m) {
    return java.util.Arrays.copyOfRange(m, matrix() + keySize, m.length);
  }

  @Override
  public double[] writeBackward(double[] m, Token x, double[] after, Token d) {
    double decay = decay(x);
    double[] decayed = new double[matrix()];
    for (int i = 0; i < decayed.length; i++) {
      decayed[i] = decay * m[i];
    }
    double[] e = erases() ? minus(x.v(), times(decayed, x.k())) : x.v();
    double strength = strength(x);
    double[] w = times(after, x.k());
    double[] before = after.clone();
    add(d.k(), strength, transposedTimes(after, e));
    add(d.v(), strength, w);
    if (erases()) {
      add(d.k(), -strength, transposedTimes(decayed, w));
      addOuter(before, -strength, w, x.k());
    }
    if (kind != BaseMemory.LINEAR) {
      d.scalars()[d.scalars().length - 1] += dot(w, e);
    }
    if (kind == BaseMemory.SWLA) {
      double[] wBefore = times(after, keyBefore(m));
      d.scalars()[1] += dot(wBefore, valueBefore(m));
      double[] dkBefore = transposedTimes(after, valueBefore(m));
      for (int i = 0; i < keySize; i++) {
        d.k()[i] += after[matrix() + i];
        before[matrix() + i] = x.scalars()[1] * dkBefore[i];
      }
      for (int i = 0; i < valueSize; i++) {
        d.v()[i] += after[matrix() + keySize + i];
        before[matrix() + keySize + i] = x.scalars()[1] * wBefore[i];
      }
    }
    double dDecay = 0;
    for (int i = 0; i < matrix(); i++) {
      dDecay += before[i] * m[i];
      before[i] *= decay;
    }
    if (kind == BaseMemory.GATED_DELTA) {
      d.scalars()[0] += dDecay * decay;
    } else if (kind == BaseMemory.SWLA) {
      d.scalars()[0] += dDecay;
    }
    return before;
  }

  @Override
  public double[] read(double[] m, double[] q) {
    return times(m, q);
  }

  @Override
  public void readBackward(double[] m, double[] q, double[] d, double[] dm, double[] dq) {
    addOuter(dm, 1, d, q);
    add(dq, 1, transposedTimes(m, d));
  }

  /** M k. */
  private double[] times(double[] m, double[] k) {
    double[] r = new double[valueSize];
    for (int i = 0; i < valueSize; i++) {
      for (int j = 0; j < keySize; j++) {
        r[i] += m[i * keySize + j] * k[j];
      }
    }
    return r;
  }

  /** M'v. */
  private double[] transposedTimes(double[] m, double[] v) {
    double[] r = new double[keySize];
    for (int i = 0; i < valueSize; i++) {
      for (int j = 0; j < keySize; j++) {
        r[j] += m[i * keySize + j] * v[i];
      }
    }
    return r;
  }

  /** M += factor v k'. */
  private void addOuter(double[] m, double factor, double[] v, double[] k) {
    for (int i = 0; i < valueSize; i++) {
      for (int j = 0; j < keySize; j++) {
        m[i * keySize + j] += factor * v[i] * k[j];
      }
    }
  }

  private static double[] minus(double[] a, double[] b) {
    double[] r = a.clone();
    add(r, -1, b);
    return r;
  }

  private static void add(double[] to, double factor, double[] x) {
    for (int i = 0; i < to.length; i++) {
      to[i] += factor * x[i];
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
