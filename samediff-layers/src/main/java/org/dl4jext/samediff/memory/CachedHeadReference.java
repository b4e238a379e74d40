package org.dl4jext.samediff.memory;

import java.util.List;
import org.dl4jext.samediff.memory.ReferenceMemory.Token;

/**
 * The cached recurrence of one example and head in double precision, with the gates given: per
 * valid token, write, then read.
 */
final class CachedHeadReference {

  private final CachedRecurrenceSizes sizes;
  private final ReferenceMemory memory;
  private final boolean soup;
  private final boolean checkpoint;
  private final int readSize;
  private final boolean[] valid;
  private final double[][] q;
  private final Token[] tokens;
  private final double[] initial;

  /** Gates [T][columns]. */
  private final double[][] gates;

  /** What is or was cached. */
  final double[][] cached;

  /** The memory before each valid token, and after the pass. */
  private final double[][] before;

  double[] last;

  /** Gradients, added to. */
  final double[][] dq;

  final Token[] d;
  final double[][] dGates;
  final double[] dInitial;

  /**
   * Sets up a head.
   *
   * @param q queries with their factor [T][K]
   * @param initial a fresh memory
   * @param online the memory before the pass
   * @param cached the cached memories before it
   */
  CachedHeadReference(
      CachedRecurrenceSizes sizes,
      boolean[] valid,
      double[][] q,
      Token[] tokens,
      double[][] gates,
      double[] initial,
      double[] online,
      double[][] cached) {
    this.sizes = sizes;
    this.valid = valid;
    this.q = q;
    this.tokens = tokens;
    this.gates = gates;
    this.initial = initial;
    this.last = online;
    BaseMemory kind = sizes.spec().memory();
    memory =
        kind.isDeep()
            ? new DeepMemoryReference(kind, sizes.keySize(), sizes.valueSize(), sizes.deepSize())
            : new MatrixMemoryReference(kind, sizes.keySize(), sizes.valueSize());
    soup = sizes.spec().caching().variant() == CachingVariant.SOUP;
    checkpoint = sizes.spec().caching().segmentStart() == SegmentStart.CHECKPOINT;
    readSize = sizes.readSize();
    this.cached = java.util.Arrays.copyOf(cached, sizes.plan().entries());
    before = new double[sizes.steps()][];
    dq = new double[sizes.steps()][sizes.keySize()];
    dGates = new double[sizes.steps()][sizes.plan().columns()];
    dInitial = new double[initial.length];
    d = new Token[sizes.steps()];
    for (int t = 0; t < d.length; t++) {
      int scalars = kind.scalars().size();
      d[t] =
          new Token(
              new double[sizes.keySize()], new double[sizes.valueSize()], new double[scalars]);
    }
  }

  /** The outputs [T][V]; zeros at masked tokens. */
  double[][] forward() {
    double[][] o = new double[sizes.steps()][sizes.valueSize()];
    double[] m = last;
    for (SegmentPlan.Segment s : sizes.plan().segments()) {
      if (s.closed() >= 0) {
        cached[s.closed()] = java.util.Arrays.copyOf(m, readSize);
      }
      if (s.merged() >= 0) {
        cached[s.merged()] = merge(cached[s.earlier()], cached[s.later()]);
      }
      if (!s.continues() && !(checkpoint && s.closed() >= 0)) {
        m = initial;
      }
      for (int t = s.start(); t < s.end(); t++) {
        if (valid[t]) {
          before[t] = m;
          m = memory.write(m, tokens[t]);
          o[t] = read(t, s.readable(), m);
        }
      }
    }
    last = m;
    return o;
  }

  private double[] merge(double[] earlier, double[] later) {
    double[] r = later.clone();
    for (int i = 0; i < r.length && !checkpoint; i++) {
      r[i] += earlier[i] - initial[i];
    }
    return r;
  }

  private double[] candidate(List<Integer> readable, int j, double[] m) {
    return j == readable.size() ? m : cached[readable.get(j)];
  }

  private double[] read(int t, List<Integer> readable, double[] m) {
    if (soup) {
      return memory.read(mixed(t, readable, m), q[t]);
    }
    double[] o = new double[sizes.valueSize()];
    for (int j = 0; j <= readable.size(); j++) {
      if (gates[t][j] != 0) {
        add(o, gates[t][j], memory.read(candidate(readable, j, m), q[t]));
      }
    }
    return o;
  }

  private double[] mixed(int t, List<Integer> readable, double[] m) {
    double[] mixed = new double[readSize];
    for (int j = 0; j <= readable.size(); j++) {
      add(mixed, gates[t][j], candidate(readable, j, m));
    }
    return mixed;
  }

  /**
   * Fills the gradients.
   *
   * @param dO gradient of the outputs [T][V]
   * @param dCached gradients of what is cached at the end, zero elsewhere; changed
   * @param dLast gradient of the memory after the pass
   * @return gradient of the memory before it
   */
  double[] backward(double[][] dO, double[][] dCached, double[] dLast) {
    double[] dm = dLast.clone();
    List<SegmentPlan.Segment> segments = sizes.plan().segments();
    for (int i = segments.size() - 1; i >= 0; i--) {
      SegmentPlan.Segment s = segments.get(i);
      for (int t = s.end() - 1; t >= s.start(); t--) {
        if (valid[t]) {
          double[] after = memory.write(before[t], tokens[t]);
          readBackward(t, s.readable(), after, dO[t], dCached, dm);
          dm = memory.writeBackward(before[t], tokens[t], dm, d[t]);
        }
      }
      if (!s.continues() && !(checkpoint && s.closed() >= 0)) {
        add(dInitial, 1, dm);
        dm = new double[dm.length];
      }
      if (s.merged() >= 0) {
        mergeBackward(dCached[s.earlier()], dCached[s.later()], dCached[s.merged()]);
      }
      if (s.closed() >= 0) {
        for (int j = 0; j < readSize; j++) {
          dm[j] += dCached[s.closed()][j];
        }
      }
    }
    return dm;
  }

  private void mergeBackward(double[] dEarlier, double[] dLater, double[] dMerged) {
    add(dLater, 1, dMerged);
    if (!checkpoint) {
      add(dEarlier, 1, dMerged);
      for (int j = 0; j < dMerged.length; j++) {
        dInitial[j] -= dMerged[j];
      }
    }
  }

  private void readBackward(
      int t, List<Integer> readable, double[] m, double[] dO, double[][] dCached, double[] dm) {
    double[] dMixed = new double[readSize];
    if (soup) {
      memory.readBackward(mixed(t, readable, m), q[t], dO, dMixed, dq[t]);
    }
    for (int j = 0; j <= readable.size(); j++) {
      double[] of = candidate(readable, j, m);
      double[] to = j == readable.size() ? dm : dCached[readable.get(j)];
      if (soup) {
        for (int i = 0; i < readSize; i++) {
          dGates[t][j] += dMixed[i] * of[i];
          to[i] += gates[t][j] * dMixed[i];
        }
      } else if (gates[t][j] != 0) {
        double[] y = memory.read(of, q[t]);
        double[] weighted = new double[dO.length];
        for (int v = 0; v < dO.length; v++) {
          dGates[t][j] += dO[v] * y[v];
          weighted[v] = gates[t][j] * dO[v];
        }
        memory.readBackward(of, q[t], weighted, to, dq[t]);
      }
    }
  }

  private static void add(double[] to, double factor, double[] x) {
    for (int i = 0; i < Math.min(to.length, x.length); i++) {
      to[i] += factor * x[i];
    }
  }
}
