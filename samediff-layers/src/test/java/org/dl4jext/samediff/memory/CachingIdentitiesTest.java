package org.dl4jext.samediff.memory;

import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.GATES;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.K;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.O;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.Q;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.U;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.V;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.Views;
import org.junit.jupiter.api.Assertions;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Identities between variants, and with attention, for random sizes. */
class CachingIdentitiesTest {

  private static final int TRIES = 12;

  private static double[] run(CachedRecurrenceSpec spec, INDArray[] inputs) {
    return flat(all(spec, inputs)[O]);
  }

  private static INDArray[] all(CachedRecurrenceSpec spec, INDArray[] inputs) {
    INDArray[] fitting = inputs.clone();
    if (!spec.caching().hasRouter()) {
      fitting[U] = null;
    }
    return CachedCases.run(
        CachedRecurrence.unit(spec, Execution.HOST, DataType.DOUBLE), spec, fitting);
  }

  private static double[] flat(INDArray array) {
    return array.dup('c').data().asDouble();
  }

  private static CachingSpec independent(int length, CachingVariant variant) {
    return CachingSpec.ofSegments(length).withVariant(variant);
  }

  private static INDArray[] inputs(CachedRecurrenceSpec spec, int steps, long seed) {
    Nd4j.getRandom().setSeed(seed);
    return CachedCases.inputs(spec, steps, false);
  }

  /** Sums over j up to t of weight(t,j) (q_t.k_j) v_j, with the factor of the cases on q. */
  private static double[] attention(INDArray[] in, Weight weight) {
    int steps = (int) in[Q].size(1);
    INDArray o = Nd4j.create(DataType.DOUBLE, in[V].shape());
    for (int b = 0; b < in[Q].size(0); b++) {
      for (int h = 0; h < in[Q].size(2); h++) {
        for (int t = 0; t < steps; t++) {
          for (int j = 0; j <= t; j++) {
            double product = 0.7 * dot(in[Q], in[K], b, h, t, j) * weight.of(b, h, t, j);
            for (int v = 0; v < in[V].size(3); v++) {
              int[] at = {b, t, h, v};
              o.putScalar(at, o.getDouble(at) + product * in[V].getDouble(b, j, h, v));
            }
          }
        }
      }
    }
    return flat(o);
  }

  private interface Weight {
    double of(int b, int h, int t, int j);
  }

  private static double dot(INDArray x, INDArray y, int b, int h, int t, int j) {
    double sum = 0;
    for (int i = 0; i < x.size(3); i++) {
      sum += x.getDouble(b, t, h, i) * y.getDouble(b, j, h, i);
    }
    return sum;
  }

  @Property(tries = TRIES)
  void independentResidualLinearIsLinearAttention(
      @ForAll @IntRange(min = 1, max = 14) int steps,
      @ForAll @IntRange(min = 1, max = 6) int length,
      @ForAll long seed) {
    CachedRecurrenceSpec spec =
        CachedCases.spec(BaseMemory.LINEAR, independent(length, CachingVariant.RESIDUAL));
    INDArray[] in = inputs(spec, steps, seed);
    assertArrayEquals(attention(in, (b, h, t, j) -> 1), run(spec, in), 1e-10);
  }

  @Property(tries = TRIES)
  void checkpointResidualLinearCountsAnOldTokenOnceForEachSegmentSince(
      @ForAll @IntRange(min = 1, max = 14) int steps,
      @ForAll @IntRange(min = 1, max = 6) int length,
      @ForAll long seed) {
    CachingSpec caching =
        independent(length, CachingVariant.RESIDUAL).withSegmentStart(SegmentStart.CHECKPOINT);
    CachedRecurrenceSpec spec = CachedCases.spec(BaseMemory.LINEAR, caching);
    INDArray[] in = inputs(spec, steps, seed);
    double[] want = attention(in, (b, h, t, j) -> t / length - j / length + 1);
    assertArrayEquals(want, run(spec, in), 1e-10);
  }

  @Property(tries = TRIES)
  void oneSegmentIsTheBaseMemoryInEveryVariant(
      @ForAll BaseMemory memory,
      @ForAll CachingVariant variant,
      @ForAll @IntRange(min = 1, max = 9) int steps,
      @ForAll long seed) {
    CachedRecurrenceSpec gated = CachedCases.spec(memory, independent(steps, CachingVariant.GATED));
    INDArray[] in = inputs(gated, steps, seed);
    CachedRecurrenceSpec spec = CachedCases.spec(memory, independent(steps, variant));
    CachedRecurrenceSpec base =
        CachedCases.spec(memory, independent(steps + 5, CachingVariant.RESIDUAL));
    assertArrayEquals(run(base, in), run(spec, in), 1e-10);
  }

  @Property(tries = TRIES)
  void soupIsGatedForMemoriesThatAreLinearInTheirState(
      @ForAll BaseMemory memory,
      @ForAll SegmentStart start,
      @ForAll @IntRange(min = 1, max = 5) int length,
      @ForAll long seed) {
    CachingSpec caching = independent(length, CachingVariant.GATED).withSegmentStart(start);
    CachedRecurrenceSpec gated = CachedCases.spec(memory, caching);
    CachedRecurrenceSpec soup = CachedCases.spec(memory, caching.withVariant(CachingVariant.SOUP));
    INDArray[] in = inputs(gated, 11, seed);
    for (Execution execution : Execution.values()) {
      double[] of = flat(CachedCases.run(unit(gated, execution), gated, in)[O]);
      double[] with = flat(CachedCases.run(unit(soup, execution), soup, in)[O]);
      if (memory.isDeep()) {
        double difference = 0;
        for (int i = 0; i < of.length; i++) {
          difference = Math.max(difference, Math.abs(of[i] - with[i]));
        }
        assertFalse(difference < 1e-9, "a soup of networks is no mixture of their reads");
      } else {
        assertArrayEquals(of, with, 1e-10);
      }
    }
  }

  private static org.dl4jext.samediff.DifferentiableUnit unit(
      CachedRecurrenceSpec spec, Execution execution) {
    return CachedRecurrence.unit(spec, execution, DataType.DOUBLE);
  }

  @Property(tries = TRIES)
  void sparseWithRoomForAllIsGated(
      @ForAll BaseMemory memory,
      @ForAll @IntRange(min = 1, max = 5) int length,
      @ForAll @IntRange(min = 1, max = 12) int steps,
      @ForAll long seed) {
    CachedRecurrenceSpec gated =
        CachedCases.spec(memory, independent(length, CachingVariant.GATED));
    int cached = (steps - 1) / length;
    CachingSpec sparse = independent(length, CachingVariant.SPARSE).withTopK(Math.max(1, cached));
    INDArray[] in = inputs(gated, steps, seed);
    assertArrayEquals(run(gated, in), run(CachedCases.spec(memory, sparse), in), 1e-12);
  }

  @Property(tries = TRIES)
  void withoutARouterQueryGatedIsTheMeanOfTheReads(
      @ForAll BaseMemory memory,
      @ForAll @IntRange(min = 1, max = 5) int length,
      @ForAll long seed) {
    CachedRecurrenceSpec gated =
        CachedCases.spec(memory, independent(length, CachingVariant.GATED));
    INDArray[] in = inputs(gated, 10, seed);
    in[U].assign(0);
    INDArray o = all(gated, in)[O].dup('c');
    for (int t = 0; t < 10; t++) {
      Views.at(o, 1, t).muli(t / length + 1);
    }
    CachedRecurrenceSpec residual =
        CachedCases.spec(memory, independent(length, CachingVariant.RESIDUAL));
    assertArrayEquals(run(residual, in), flat(o), 1e-9);
  }

  @Property(tries = TRIES)
  void segmentsOfOneTokenAreGatedSoftmaxAttention(
      @ForAll @IntRange(min = 1, max = 10) int steps, @ForAll long seed) {
    CachedRecurrenceSpec spec =
        CachedCases.spec(BaseMemory.LINEAR, independent(1, CachingVariant.GATED));
    INDArray[] in = inputs(spec, steps, seed);
    Weight softmax =
        (b, h, t, j) -> {
          double sum = 0;
          for (int i = 0; i <= t; i++) {
            sum += Math.exp(0.8 * dot(in[U], in[K], b, h, t, i));
          }
          return Math.exp(0.8 * dot(in[U], in[K], b, h, t, j)) / sum;
        };
    assertArrayEquals(attention(in, softmax), run(spec, in), 1e-10);
  }

  @Property(tries = TRIES)
  void aTokenLeavesAllEarlierOutputsBitEqual(
      @ForAll BaseMemory memory,
      @ForAll CachingVariant variant,
      @ForAll SegmentStart start,
      @ForAll @IntRange(min = 1, max = 5) int length,
      @ForAll long seed) {
    int changed = new SplittableRandom(seed).nextInt(1, 11);
    CachingSpec caching = independent(length, variant).withSegmentStart(start);
    CachedRecurrenceSpec spec = CachedCases.spec(memory, caching);
    INDArray[] in = inputs(spec, 11, seed);
    INDArray before = all(spec, in)[O];
    for (int i : new int[] {Q, K, V, U}) {
      if (in[i] != null) {
        Views.at(in[i], 1, changed).addi(1);
      }
    }
    INDArray after = all(spec, in)[O];
    assertArrayEquals(
        flat(Views.cut(before, 1, 0, changed)), flat(Views.cut(after, 1, 0, changed)));
    Assertions.assertNotEquals(
        flat(Views.at(before, 1, changed))[0], flat(Views.at(after, 1, changed))[0]);
  }

  @Property(tries = TRIES)
  void gatesOfAStepSumToOneAndSparseKeepsTheBest(
      @ForAll @IntRange(min = 1, max = 4) int topK, @ForAll long seed) {
    CachedRecurrenceSpec spec =
        CachedCases.spec(BaseMemory.LINEAR, independent(2, CachingVariant.SPARSE).withTopK(topK));
    CachedRecurrenceSpec gated =
        CachedCases.spec(BaseMemory.LINEAR, independent(2, CachingVariant.GATED));
    INDArray[] in = inputs(spec, 16, seed);
    INDArray sparse = all(spec, in)[GATES];
    INDArray full = all(gated, in)[GATES];
    for (int t = 0; t < 16; t++) {
      double[] kept = flat(Views.at(Views.at(Views.at(sparse, 0, 0), 0, t), 0, 0));
      double[] given = flat(Views.at(Views.at(Views.at(full, 0, 0), 0, t), 0, 0));
      int online = t / 2;
      assertEquals(1, Arrays.stream(kept).sum(), 1e-12);
      long count = Arrays.stream(kept).filter(g -> g > 0).count();
      assertEquals(Math.min(topK, online) + 1, count);
      double least = Double.POSITIVE_INFINITY;
      double most = 0;
      for (int j = 0; j < online; j++) {
        if (kept[j] > 0) {
          least = Math.min(least, given[j]);
        } else {
          most = Math.max(most, given[j]);
        }
      }
      Assertions.assertTrue(most <= least);
    }
  }
}
