package org.dl4jext.samediff.memory;

import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.COUNT;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.COUNTS;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.F;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.GATES;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.K;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.POOL;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.POOLS;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.POSITION;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.U;

import java.util.Arrays;
import java.util.List;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatMath;

/** The gates of one example; {@link RouterReference} is its slow form. For one thread at a time. */
final class FloatRouter {

  private static final float NEVER = -Float.MAX_VALUE;

  private final FloatBlocks blocks;
  private final FloatCachedArrays arrays;
  private final CachedRecurrenceSizes sizes;
  private final CachingSpec spec;
  private final int example;
  private final int size;
  private final int features;
  private final float gateScale;

  /** Sums of features [entries,G*R] and numbers of tokens of what is or was cached. */
  private final float[] sums;

  private final int[] counts;

  /** The sum up to each token of its segment [T,G*R], and the number of tokens. */
  private final float[] prefix;

  private final int[] prefixCounts;
  private final float[] online;
  private int count;
  private final float[] scores;

  FloatRouter(FloatBlocks blocks, FloatCachedArrays arrays, int example) {
    this.blocks = blocks;
    this.arrays = arrays;
    this.sizes = arrays.sizes;
    this.spec = sizes.spec().caching();
    this.example = example;
    size = sizes.routerSize();
    features = sizes.featureHeads() * size;
    gateScale = FloatMath.of(sizes.spec().gateScale());
    SegmentPlan plan = sizes.plan();
    sums = new float[plan.entries() * features];
    counts = new int[plan.entries()];
    prefix = new float[spec.hasRouter() ? sizes.steps() * features : features];
    prefixCounts = new int[sizes.steps()];
    online = new float[features];
    scores = new float[sizes.heads() * plan.columns()];
  }

  void forward() {
    System.arraycopy(arrays.in[POOL], example * features, online, 0, features);
    count = (int) arrays.in[COUNT][example];
    int first = example * sizes.slots();
    for (int i = 0; i < sizes.plan().initial(); i++) {
      counts[i] = (int) arrays.in[COUNTS][first + i];
      System.arraycopy(arrays.in[POOLS], (first + i) * features, sums, i * features, features);
    }
    for (SegmentPlan.Segment s : sizes.plan().segments()) {
      start(s);
      for (int t = s.start(); t < s.end(); t++) {
        if (arrays.valid(example, t)) {
          count++;
          prefixCounts[t] = count;
          if (spec.hasRouter()) {
            blocks.addScaled(features, 1, featureArray(), featuresAt(t), online, 0);
            System.arraycopy(online, 0, prefix, t * features, features);
          }
          gates(t, s.readable());
        }
      }
    }
    states();
  }

  private void start(SegmentPlan.Segment s) {
    if (s.closed() >= 0) {
      System.arraycopy(online, 0, sums, s.closed() * features, features);
      counts[s.closed()] = count;
    }
    if (s.merged() >= 0) {
      int to = s.merged() * features;
      System.arraycopy(sums, s.earlier() * features, sums, to, features);
      blocks.addScaled(features, 1, sums, s.later() * features, sums, to);
      counts[s.merged()] = counts[s.earlier()] + counts[s.later()];
    }
    if (!s.continues()) {
      Arrays.fill(online, 0);
      count = 0;
    }
  }

  private void states() {
    SegmentPlan plan = sizes.plan();
    float[][] out = arrays.out;
    out[FloatCachedArrays.state(POSITION)][2 * example] = plan.offset();
    out[FloatCachedArrays.state(POSITION)][2 * example + 1] = plan.cached().size();
    out[FloatCachedArrays.state(COUNT)][example] = count;
    System.arraycopy(online, 0, out[FloatCachedArrays.state(POOL)], example * features, features);
    for (int i = 0; i < plan.cached().size(); i++) {
      int slot = example * sizes.slotsAfter() + i;
      int entry = plan.cached().get(i);
      out[FloatCachedArrays.state(COUNTS)][slot] = counts[entry];
      System.arraycopy(
          sums, entry * features, out[FloatCachedArrays.state(POOLS)], slot * features, features);
    }
  }

  private float[] featureArray() {
    return arrays.in[arrays.has(F) ? F : K];
  }

  private int featuresAt(int t) {
    return (example * sizes.steps() + t) * features;
  }

  private int headFeature(int head) {
    return sizes.featureHeads() == 1 ? 0 : head * size;
  }

  private float pooling(int tokens) {
    return spec.routerPooling() == RouterPooling.MEAN ? gateScale / tokens : gateScale;
  }

  /** Place of a head's gates of a token. */
  private int gatesAt(int t, int head) {
    return arrays.token(example, t, head) * sizes.plan().columns();
  }

  private void gates(int t, List<Integer> readable) {
    int columns = readable.size() + 1;
    float[] gates = arrays.out[GATES];
    if (!spec.hasRouter()) {
      for (int h = 0; h < sizes.heads(); h++) {
        for (int j = 0; j < columns; j++) {
          boolean read = j == columns - 1 || counts[readable.get(j)] > 0;
          gates[gatesAt(t, h) + j] = read ? 1 : 0;
        }
      }
      return;
    }
    for (int h = 0; h < sizes.heads(); h++) {
      for (int j = 0; j < columns; j++) {
        scores[h * columns + j] = score(t, h, j, readable);
      }
    }
    if (spec.gateHeads() == GateHeads.SHARED) {
      share(columns, true);
    }
    for (int h = 0; h < sizes.heads(); h++) {
      if (spec.variant() == CachingVariant.SPARSE) {
        select(h * columns, columns - 1);
      }
      softmax(h * columns, columns, gates, gatesAt(t, h));
    }
  }

  private float score(int t, int h, int j, List<Integer> readable) {
    boolean isOnline = j == readable.size();
    int tokens = isOnline ? prefixCounts[t] : counts[readable.get(j)];
    if (tokens == 0) {
      return NEVER;
    }
    int at = (isOnline ? t : readable.get(j)) * features + headFeature(h);
    float[] pooled = isOnline ? prefix : sums;
    int u = arrays.token(example, t, h) * size;
    return pooling(tokens) * blocks.dot(size, arrays.in[U], u, pooled, at);
  }

  /** Gives every head the sum over the heads; what is never read stays so. */
  private void share(int columns, boolean guarded) {
    for (int j = 0; j < columns; j++) {
      float sum = 0;
      for (int h = 0; h < sizes.heads(); h++) {
        sum += scores[h * columns + j];
      }
      if (guarded && scores[j] == NEVER) {
        sum = NEVER;
      }
      for (int h = 0; h < sizes.heads(); h++) {
        scores[h * columns + j] = sum;
      }
    }
  }

  /** Leaves the topK best of the cached scores, the earlier of two equal ones. */
  private void select(int at, int cached) {
    if (cached <= spec.topK()) {
      return;
    }
    float[] all = Arrays.copyOfRange(scores, at, at + cached);
    for (int j = 0; j < cached; j++) {
      int rank = 0;
      for (int i = 0; i < cached; i++) {
        if (all[i] > all[j] || (all[i] == all[j] && i < j)) {
          rank++;
        }
      }
      if (rank >= spec.topK()) {
        scores[at + j] = NEVER;
      }
    }
  }

  private void softmax(int from, int columns, float[] to, int at) {
    float largest = NEVER;
    for (int j = 0; j < columns; j++) {
      largest = Math.max(largest, scores[from + j]);
    }
    float sum = 0;
    for (int j = 0; j < columns; j++) {
      float e = scores[from + j] == NEVER ? 0 : FloatMath.exp(scores[from + j] - largest);
      to[at + j] = e;
      sum += e;
    }
    blocks.scale(columns, 1 / sum, to, at, to, at);
  }

  /**
   * The backward pass, after that of the heads: takes the gradients of the gates and the states
   * from {@code d} and leaves those of u and of the pooled features there.
   */
  void backward(FloatCachedArrays d) {
    SegmentPlan plan = sizes.plan();
    float[] dSums = new float[sums.length];
    float[] dOnline = online;
    System.arraycopy(
        d.out[FloatCachedArrays.state(POOL)], example * features, dOnline, 0, features);
    for (int i = 0; i < plan.cached().size(); i++) {
      int slot = example * sizes.slotsAfter() + i;
      System.arraycopy(
          d.out[FloatCachedArrays.state(POOLS)],
          slot * features,
          dSums,
          plan.cached().get(i) * features,
          features);
    }
    for (int i = plan.segments().size() - 1; i >= 0; i--) {
      SegmentPlan.Segment s = plan.segments().get(i);
      for (int t = s.end() - 1; t >= s.start() && spec.hasRouter(); t--) {
        if (arrays.valid(example, t)) {
          gatesBackward(d, t, s.readable(), dSums, dOnline);
          float[] df = d.in[arrays.has(F) ? F : K];
          blocks.addScaled(features, 1, dOnline, 0, df, featuresAt(t));
        }
      }
      startBackward(s, dSums, dOnline);
    }
    System.arraycopy(dOnline, 0, d.in[POOL], example * features, features);
    System.arraycopy(
        dSums, 0, d.in[POOLS], example * sizes.slots() * features, plan.initial() * features);
  }

  private void startBackward(SegmentPlan.Segment s, float[] dSums, float[] dOnline) {
    if (!s.continues()) {
      Arrays.fill(dOnline, 0);
    }
    if (s.merged() >= 0) {
      int from = s.merged() * features;
      blocks.addScaled(features, 1, dSums, from, dSums, s.earlier() * features);
      blocks.addScaled(features, 1, dSums, from, dSums, s.later() * features);
    }
    if (s.closed() >= 0) {
      blocks.addScaled(features, 1, dSums, s.closed() * features, dOnline, 0);
    }
  }

  private void gatesBackward(
      FloatCachedArrays d, int t, List<Integer> readable, float[] dSums, float[] dOnline) {
    int columns = readable.size() + 1;
    float[] gates = arrays.out[GATES];
    for (int h = 0; h < sizes.heads(); h++) {
      int at = gatesAt(t, h);
      float mean = blocks.dot(columns, gates, at, d.out[GATES], at);
      for (int j = 0; j < columns; j++) {
        scores[h * columns + j] = gates[at + j] * (d.out[GATES][at + j] - mean);
      }
    }
    if (spec.gateHeads() == GateHeads.SHARED) {
      share(columns, false);
    }
    for (int h = 0; h < sizes.heads(); h++) {
      int u = arrays.token(example, t, h) * size;
      for (int j = 0; j < columns; j++) {
        float score = scores[h * columns + j];
        if (score != 0) {
          boolean isOnline = j == readable.size();
          int tokens = isOnline ? prefixCounts[t] : counts[readable.get(j)];
          int at = (isOnline ? t : readable.get(j)) * features + headFeature(h);
          float factor = pooling(tokens) * score;
          blocks.addScaled(size, factor, isOnline ? prefix : sums, at, d.in[U], u);
          blocks.addScaled(
              size,
              factor,
              arrays.in[U],
              u,
              isOnline ? dOnline : dSums,
              isOnline ? headFeature(h) : at);
        }
      }
    }
  }
}
