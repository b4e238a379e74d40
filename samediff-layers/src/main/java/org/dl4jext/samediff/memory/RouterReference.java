package org.dl4jext.samediff.memory;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The gates of one example in double precision.
 *
 * <pre>
 *   score_j = gateScale u_t . pool_j         j = a cached memory, or the online one: its tokens so far
 *   gate    = softmax over the online memory and the cached ones (of SPARSE the topK best)
 * </pre>
 *
 * <p>A memory without a valid token is never read. RESIDUAL reads with weight 1.
 */
final class RouterReference {

  private final CachedRecurrenceSizes sizes;
  private final CachingSpec spec;
  private final boolean[] valid;
  private final double[][] u;
  private final double[][] f;

  /** Sums of features and numbers of tokens of what is or was cached. */
  final double[][] sums;

  final double[] counts;

  /** The same for the online memory: up to each token, and after the pass. */
  private final double[][] prefix;

  private final double[] prefixCounts;
  double[] sum;
  double count;

  /** Gates [T][H][columns]; the online memory stands after those that the segment can read. */
  final double[][][] gates;

  /**
   * Sets up an example; {@link #forward} does the work.
   *
   * @param u [T][H*R]
   * @param f [T][G*R]
   * @param sum of the online memory before the pass, overwritten
   * @param sums of the cached memories before it
   */
  RouterReference(
      CachedRecurrenceSizes sizes,
      boolean[] valid,
      double[][] u,
      double[][] f,
      double[] sum,
      double count,
      double[][] sums,
      double[] counts) {
    this.sizes = sizes;
    this.spec = sizes.spec().caching();
    this.valid = valid;
    this.u = u;
    this.f = f;
    this.sum = sum;
    this.count = count;
    int entries = sizes.plan().entries();
    this.sums = Arrays.copyOf(sums, entries);
    this.counts = Arrays.copyOf(counts, entries);
    prefix = new double[sizes.steps()][];
    prefixCounts = new double[sizes.steps()];
    gates = new double[sizes.steps()][sizes.heads()][sizes.plan().columns()];
  }

  void forward() {
    for (SegmentPlan.Segment s : sizes.plan().segments()) {
      if (s.closed() >= 0) {
        sums[s.closed()] = sum;
        counts[s.closed()] = count;
      }
      if (s.merged() >= 0) {
        sums[s.merged()] = plus(sums[s.earlier()], sums[s.later()]);
        counts[s.merged()] = counts[s.earlier()] + counts[s.later()];
      }
      if (!s.continues()) {
        sum = new double[sum.length];
        count = 0;
      }
      for (int t = s.start(); t < s.end(); t++) {
        if (valid[t]) {
          sum = plus(sum, f[t]);
          count++;
          prefix[t] = sum;
          prefixCounts[t] = count;
          gates(t, s.readable());
        }
      }
    }
  }

  private static double[] plus(double[] a, double[] b) {
    double[] r = a.clone();
    for (int i = 0; i < r.length; i++) {
      r[i] += b[i];
    }
    return r;
  }

  private double pooling(double tokens) {
    return spec.routerPooling() == RouterPooling.MEAN ? 1 / tokens : 1;
  }

  private void gates(int t, List<Integer> readable) {
    int online = readable.size();
    double[][] scores = new double[sizes.heads()][online + 1];
    for (int h = 0; h < sizes.heads(); h++) {
      for (int j = 0; j <= online; j++) {
        double[] pooled = j == online ? prefix[t] : sums[readable.get(j)];
        double tokens = j == online ? prefixCounts[t] : counts[readable.get(j)];
        scores[h][j] = tokens == 0 ? Double.NEGATIVE_INFINITY : score(t, h, pooled, tokens);
      }
    }
    for (int h = 0; h < sizes.heads(); h++) {
      double[] of = spec.gateHeads() == GateHeads.SHARED ? total(scores) : scores[h];
      if (spec.hasRouter()) {
        softmax(kept(of), gates[t][h]);
      } else {
        for (int j = 0; j <= online; j++) {
          gates[t][h][j] = of[j] == Double.NEGATIVE_INFINITY ? 0 : 1;
        }
      }
    }
  }

  private double score(int t, int h, double[] pooled, double tokens) {
    double product = 0;
    int size = sizes.routerSize();
    for (int i = 0; i < size && spec.hasRouter(); i++) {
      product += u[t][h * size + i] * pooled[featureHead(h) * size + i];
    }
    return sizes.spec().gateScale() * pooling(tokens) * product;
  }

  private int featureHead(int head) {
    return sizes.featureHeads() == 1 ? 0 : head;
  }

  private static double[] total(double[][] scores) {
    double[] sum = new double[scores[0].length];
    for (double[] of : scores) {
      for (int j = 0; j < sum.length; j++) {
        sum[j] += of[j];
      }
    }
    return sum;
  }

  /** Of SPARSE only the best; the earlier of two equal ones. */
  private double[] kept(double[] scores) {
    int online = scores.length - 1;
    if (spec.variant() != CachingVariant.SPARSE || online <= spec.topK()) {
      return scores;
    }
    double[] kept = new double[scores.length];
    Arrays.fill(kept, Double.NEGATIVE_INFINITY);
    kept[online] = scores[online];
    IntStream.range(0, online)
        .boxed()
        .sorted(Comparator.comparingDouble(j -> -scores[j]))
        .limit(spec.topK())
        .forEach(j -> kept[j] = scores[j]);
    return kept;
  }

  private static void softmax(double[] scores, double[] to) {
    double largest = Arrays.stream(scores).max().orElseThrow();
    double sum = 0;
    for (int j = 0; j < scores.length; j++) {
      to[j] = Math.exp(scores[j] - largest);
      sum += to[j];
    }
    for (int j = 0; j < scores.length; j++) {
      to[j] /= sum;
    }
  }

  /**
   * Adds to the gradients.
   *
   * @param dGates gradient of the gates
   * @param dSums gradients of the sums of what is cached at the end, zero elsewhere; changed
   * @param dSum gradient of the online sum after the pass; on return that of the one before
   */
  void backward(
      double[][][] dGates, double[][] dSums, double[] dSum, double[][] du, double[][] df) {
    List<SegmentPlan.Segment> segments = sizes.plan().segments();
    for (int i = segments.size() - 1; i >= 0; i--) {
      SegmentPlan.Segment s = segments.get(i);
      for (int t = s.end() - 1; t >= s.start(); t--) {
        if (valid[t]) {
          gatesBackward(t, s.readable(), dGates[t], dSums, dSum, du[t]);
          add(df[t], dSum);
        }
      }
      if (!s.continues()) {
        Arrays.fill(dSum, 0);
      }
      if (s.merged() >= 0) {
        add(dSums[s.earlier()], dSums[s.merged()]);
        add(dSums[s.later()], dSums[s.merged()]);
      }
      if (s.closed() >= 0) {
        add(dSum, dSums[s.closed()]);
      }
    }
  }

  private void gatesBackward(
      int t,
      List<Integer> readable,
      double[][] dGates,
      double[][] dSums,
      double[] dSum,
      double[] du) {
    if (!spec.hasRouter()) {
      return;
    }
    int online = readable.size();
    double[][] dScores = new double[sizes.heads()][online + 1];
    for (int h = 0; h < sizes.heads(); h++) {
      double mean = 0;
      for (int j = 0; j <= online; j++) {
        mean += gates[t][h][j] * dGates[h][j];
      }
      for (int j = 0; j <= online; j++) {
        dScores[h][j] = gates[t][h][j] * (dGates[h][j] - mean);
      }
    }
    for (int h = 0; h < sizes.heads(); h++) {
      double[] of = spec.gateHeads() == GateHeads.SHARED ? total(dScores) : dScores[h];
      for (int j = 0; j <= online; j++) {
        double[] pooled = j == online ? prefix[t] : sums[readable.get(j)];
        double tokens = j == online ? prefixCounts[t] : counts[readable.get(j)];
        if (of[j] != 0) {
          double d = sizes.spec().gateScale() * pooling(tokens) * of[j];
          scoreBackward(t, h, d, pooled, du, j == online ? dSum : dSums[readable.get(j)]);
        }
      }
    }
  }

  private void scoreBackward(
      int t, int h, double d, double[] pooled, double[] du, double[] dPooled) {
    int size = sizes.routerSize();
    for (int i = 0; i < size; i++) {
      du[h * size + i] += d * pooled[featureHead(h) * size + i];
      dPooled[featureHead(h) * size + i] += d * u[t][h * size + i];
    }
  }

  private static void add(double[] to, double[] x) {
    for (int i = 0; i < to.length; i++) {
      to[i] += x[i];
    }
  }
}
