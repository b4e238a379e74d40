package org.dl4jext.samediff.memory;

import static org.dl4jext.samediff.memory.HeadArrays.product;
import static org.dl4jext.samediff.memory.HeadArrays.repeat;
import static org.dl4jext.samediff.memory.HeadArrays.steps;

import java.util.ArrayList;
import java.util.List;
import org.dl4jext.samediff.Views;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The gates of all examples and heads, segment by segment; {@link RouterReference} is the slow
 * form. R stands for examples and heads, L for the steps of a segment, E for what it can read and
 * the online memory.
 */
final class RouterArray {

  /** A score that never wins and whose exponential is 0. */
  private static final double NEVER = -1e30;

  private final CachedRecurrenceSizes sizes;
  private final CachingSpec spec;
  private final INDArray u;
  private final INDArray f;
  private final INDArray exists;

  /** Sums of features [R,S] and numbers of tokens [R] of what is or was cached. */
  final INDArray[] sums;

  final INDArray[] counts;
  INDArray sum;
  INDArray count;

  /** For each segment: gates [R,L,E], prefix sums [R,L,S] and counts [R,L]. */
  private final List<INDArray> gates = new ArrayList<>();

  private final List<INDArray> prefixes = new ArrayList<>();
  private final List<INDArray> prefixCounts = new ArrayList<>();

  /**
   * Sets up a pass.
   *
   * @param u [R,T,S], null without a router
   * @param f [R,T,S], zeros at masked steps; null without a router
   * @param exists [R,T] of zeros and ones
   */
  RouterArray(
      CachedRecurrenceSizes sizes,
      INDArray u,
      INDArray f,
      INDArray exists,
      INDArray sum,
      INDArray count,
      INDArray[] sums,
      INDArray[] counts) {
    this.sizes = sizes;
    this.spec = sizes.spec().caching();
    this.u = u;
    this.f = f;
    this.exists = exists;
    this.sum = sum;
    this.count = count;
    this.sums = java.util.Arrays.copyOf(sums, sizes.plan().entries());
    this.counts = java.util.Arrays.copyOf(counts, sizes.plan().entries());
  }

  List<INDArray> gates() {
    return gates;
  }

  void forward() {
    for (SegmentPlan.Segment s : sizes.plan().segments()) {
      if (s.closed() >= 0) {
        sums[s.closed()] = sum;
        counts[s.closed()] = count;
      }
      if (s.merged() >= 0) {
        sums[s.merged()] = sums[s.earlier()].add(sums[s.later()]);
        counts[s.merged()] = counts[s.earlier()].add(counts[s.later()]);
      }
      if (!s.continues()) {
        sum = Nd4j.zerosLike(sum);
        count = Nd4j.zerosLike(count);
      }
      INDArray here = steps(exists, s.start(), s.end());
      INDArray tokens = here.mmul(lower(s.length()).transpose()).addi(HeadArrays.wide(count, here));
      prefixCounts.add(tokens);
      if (spec.hasRouter()) {
        INDArray prefix = product(tiledLower(s.length()), steps(f, s.start(), s.end()));
        prefix.addi(
            sum.reshape('c', sum.size(0), 1, sum.size(1))
                .broadcast(Nd4j.createUninitialized(sum.dataType(), prefix.shape())));
        prefixes.add(prefix);
        sum = Views.at(prefix, 1, s.length() - 1L).dup('c');
        gates.add(softmax(scores(s, prefix, tokens), here));
      } else {
        gates.add(ones(s, here));
      }
      count = Views.at(tokens, 1, s.length() - 1L).dup('c');
    }
  }

  /** Ones on and below the diagonal. */
  private INDArray lower(int size) {
    double[][] ones = new double[size][size];
    for (int i = 0; i < size; i++) {
      java.util.Arrays.fill(ones[i], 0, i + 1, 1);
    }
    return Nd4j.createFromArray(ones).castTo(exists.dataType());
  }

  private INDArray tiledLower(int size) {
    return Nd4j.tile(lower(size).reshape(1, size, size), (int) exists.size(0), 1, 1);
  }

  /** Weight 1 for each memory with a token. */
  private INDArray ones(SegmentPlan.Segment s, INDArray here) {
    int online = s.readable().size();
    INDArray all = Nd4j.ones(here.dataType(), here.size(0), s.length(), online + 1);
    for (int j = 0; j < online; j++) {
      Views.at(all, 2, j).assign(HeadArrays.wide(held(s.readable().get(j)), here));
    }
    return all.muli(wide(here, all));
  }

  /** 1 where a cached memory has a token. */
  private INDArray held(int entry) {
    return counts[entry].gt(0).castTo(exists.dataType());
  }

  private static INDArray wide(INDArray x, INDArray like) {
    return x.dup('c')
        .reshape('c', x.size(0), x.size(1), 1)
        .broadcast(Nd4j.createUninitialized(like.dataType(), like.shape()));
  }

  /** gateScale, divided by the number of tokens where the mean is pooled. */
  private INDArray pooling(INDArray tokens) {
    double scale = sizes.spec().gateScale();
    return spec.routerPooling() == RouterPooling.MEAN
        ? Transforms.max(tokens, 1).rdivi(scale)
        : Nd4j.zerosLike(tokens).addi(scale);
  }

  private INDArray scores(SegmentPlan.Segment s, INDArray prefix, INDArray tokens) {
    int online = s.readable().size();
    INDArray queries = steps(u, s.start(), s.end());
    INDArray scores = Nd4j.create(u.dataType(), u.size(0), s.length(), online + 1);
    for (int j = 0; j < online; j++) {
      int entry = s.readable().get(j);
      INDArray pooled = sums[entry].dup('c').reshape('c', u.size(0), u.size(2), 1);
      INDArray column = product(queries, pooled).reshape('c', u.size(0), s.length());
      Views.at(scores, 2, j).assign(HeadArrays.scale(column, pooling(counts[entry])));
    }
    INDArray own = queries.mul(prefix).sum(2);
    Views.at(scores, 2, online).assign(own.muli(pooling(tokens)));
    INDArray shared = share(scores);
    for (int j = 0; j < online; j++) {
      INDArray held = HeadArrays.wide(held(s.readable().get(j)), tokens);
      INDArray column = Views.at(shared, 2, j);
      column.assign(column.mul(held).addi(held.rsub(1).muli(NEVER)));
    }
    return spec.variant() == CachingVariant.SPARSE && online > spec.topK()
        ? selected(shared, online)
        : shared;
  }

  /** Every head's scores, or their sum over the heads. */
  private INDArray share(INDArray scores) {
    if (spec.gateHeads() == GateHeads.PER_HEAD) {
      return scores;
    }
    long rows = scores.size(1) * scores.size(2);
    INDArray sum = scores.reshape('c', sizes.batch(), sizes.heads(), rows).sum(1);
    return repeat(sum, sizes.heads()).reshape('c', scores.shape());
  }

  /** Leaves the topK best; the earlier of two equal ones. */
  private INDArray selected(INDArray scores, int online) {
    INDArray result = scores.dup('c');
    for (int j = 0; j < online; j++) {
      INDArray own = Views.at(scores, 2, j).dup('c');
      INDArray rank = Nd4j.zerosLike(own);
      for (int i = 0; i < online; i++) {
        INDArray other = Views.at(scores, 2, i).dup('c');
        rank.addi(other.gt(own).castTo(rank.dataType()));
        if (i < j) {
          rank.addi(other.eq(own).castTo(rank.dataType()));
        }
      }
      INDArray kept = rank.lt(spec.topK()).castTo(own.dataType());
      Views.at(result, 2, j).assign(own.muli(kept).addi(kept.rsub(1).muli(NEVER)));
    }
    return result;
  }

  private static INDArray softmax(INDArray scores, INDArray here) {
    INDArray largest = scores.max(2);
    INDArray e = Transforms.exp(scores.sub(wide(largest, scores)), false);
    INDArray sum = e.sum(2);
    return e.divi(wide(sum, e)).muli(wide(here, e));
  }

  /**
   * The backward pass.
   *
   * @param dGates for each segment [R,L,E]
   * @param dSums gradients of the sums of what is cached at the end, zero elsewhere; changed
   * @param dSum gradient of the online sum after the pass
   * @param du added to; not used without a router
   * @param df as du
   * @return gradient of the online sum before the pass
   */
  INDArray backward(
      List<INDArray> dGates, INDArray[] dSums, INDArray dSum, INDArray du, INDArray df) {
    INDArray d = dSum.dup('c');
    List<SegmentPlan.Segment> segments = sizes.plan().segments();
    for (int i = segments.size() - 1; i >= 0; i--) {
      SegmentPlan.Segment s = segments.get(i);
      if (spec.hasRouter()) {
        INDArray dPrefix = scoresBackward(s, i, dGates.get(i), dSums, du);
        Views.at(dPrefix, 1, s.length() - 1L).addi(d);
        Views.cut(df, 1, s.start(), s.end())
            .addi(product(tiledLower(s.length()), true, dPrefix, false));
        d = dPrefix.sum(1);
      }
      d = s.continues() ? d : Nd4j.zerosLike(d);
      if (s.merged() >= 0) {
        dSums[s.earlier()].addi(dSums[s.merged()]);
        dSums[s.later()].addi(dSums[s.merged()]);
      }
      if (s.closed() >= 0) {
        d.addi(dSums[s.closed()]);
      }
    }
    return d;
  }

  /** Gradient of the prefix sums of a segment; adds to those of u and of the cached sums. */
  private INDArray scoresBackward(
      SegmentPlan.Segment s, int index, INDArray dGates, INDArray[] dSums, INDArray du) {
    int online = s.readable().size();
    INDArray of = gates.get(index);
    INDArray mean = of.mul(dGates).sum(2);
    INDArray dScores = share(of.mul(dGates.sub(wide(mean, of))));
    INDArray queries = steps(u, s.start(), s.end());
    INDArray target = Views.cut(du, 1, s.start(), s.end());
    for (int j = 0; j < online; j++) {
      int entry = s.readable().get(j);
      INDArray column = HeadArrays.scale(Views.at(dScores, 2, j).dup('c'), pooling(counts[entry]));
      INDArray d = column.reshape('c', u.size(0), s.length(), 1);
      INDArray pooled = sums[entry].dup('c').reshape('c', u.size(0), 1, u.size(2));
      target.addi(product(d, pooled));
      dSums[entry].addi(product(d, true, queries, false).reshape('c', dSums[entry].shape()));
    }
    INDArray own = Views.at(dScores, 2, online).dup('c').muli(pooling(prefixCounts.get(index)));
    INDArray factors = wide(own, queries);
    target.addi(prefixes.get(index).mul(factors));
    return queries.mul(factors);
  }
}
