package org.dl4jext.contract;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.Stream;
import org.dl4jext.recurrent.memory.MemoryCaching;
import org.dl4jext.samediff.memory.BaseMemory;
import org.dl4jext.samediff.memory.CachePolicy;
import org.dl4jext.samediff.memory.CachingSpec;
import org.dl4jext.samediff.memory.CachingVariant;
import org.dl4jext.samediff.memory.MemoryCachingSpec;
import org.dl4jext.samediff.memory.SegmentStart;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * Every base memory with every variant keeps the main promises as a layer; {@link
 * MemoryCachingContractTest} holds all promises for some of them.
 */
class MemoryCachingPairsTest {

  private static final int OUTPUTS = 3;
  private static final int STEPS = 7;

  static Stream<Arguments> pairs() {
    return Arrays.stream(BaseMemory.values())
        .flatMap(
            memory ->
                Arrays.stream(CachingVariant.values())
                    .map(variant -> Arguments.of(memory, variant)));
  }

  /** Segments of two steps; pairs alternate in how a segment starts. */
  private static CachingSpec caching(BaseMemory memory, CachingVariant variant) {
    boolean even = (memory.name().length() + variant.name().length()) % 2 == 0;
    return CachingSpec.ofSegments(2)
        .withVariant(variant)
        .withTopK(1)
        .withSegmentStart(even ? SegmentStart.CHECKPOINT : SegmentStart.INDEPENDENT);
  }

  private static MemoryCaching.Builder layer(BaseMemory memory, CachingSpec caching) {
    return new MemoryCaching.Builder()
        .nOut(OUTPUTS)
        .spec(MemoryCachingSpec.of(memory, caching, 4, 2).withConvolutionWidth(2).withDeepSize(2));
  }

  private static TestNet net(BaseMemory memory, CachingSpec caching) {
    return TestNet.of(
        Variant.PLAIN, () -> layer(memory, caching).build(), b -> b.updater(new NoOp()));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void executionsAgree(BaseMemory memory, CachingVariant variant) {
    ExecutionAssertions.assertAgree(
        layer(memory, caching(memory, variant)).nIn(TestNet.INPUTS).build());
  }

  @ParameterizedTest
  @MethodSource("pairs")
  @Tag("slow")
  void gradientsAreExactWithMasks(BaseMemory memory, CachingVariant variant) {
    GradientPromises.assertGradients(net(memory, caching(memory, variant)), LayerUnderTest.mask());
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void streamingEqualsTheWholeSequenceUnderEachPolicy(BaseMemory memory, CachingVariant variant) {
    for (CachePolicy policy : CachePolicy.values()) {
      CachingSpec caching =
          caching(memory, variant)
              .withCachePolicy(policy)
              .withMaxCachedSegments(policy == CachePolicy.FAIL ? 3 : 2);
      TestNet net = net(memory, caching);
      INDArray x = net.input(2, STEPS + 1, 1);
      INDArray whole = net.output(x);
      int from = 0;
      for (int length : new int[] {1, 2, 4, 1}) {
        INDArray y = net.timeStep(net.steps(x, from, from + length));
        ArrayAssertions.assertClose(net.steps(whole, from, from + length), y, 1e-10);
        from += length;
      }
      if (policy == CachePolicy.FAIL) {
        INDArray more = net.steps(x, 0, 1);
        assertThrows(IllegalArgumentException.class, () -> net.timeStep(more));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void aStepChangesNoEarlierOutput(BaseMemory memory, CachingVariant variant) {
    TestNet net = net(memory, caching(memory, variant));
    INDArray x = net.input(2, STEPS, 1);
    INDArray before = net.output(x).dup();
    for (int t = 1; t < STEPS; t++) {
      INDArray changed = x.dup();
      net.steps(changed, t, t + 1).addi(1);
      INDArray after = net.output(changed);
      ArrayAssertions.assertBitEqual(net.steps(before, 0, t), net.steps(after, 0, t));
      assertFalse(
          ArrayAssertions.bitEqual(net.steps(before, t, STEPS), net.steps(after, t, STEPS)));
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void maskedStepsCannotBeSeen(BaseMemory memory, CachingVariant variant) {
    TestNet net = net(memory, caching(memory, variant));
    INDArray mask = LayerUnderTest.mask();
    INDArray expected = net.activations(MaskPromises.filled(net, mask, 0), mask).dup();
    INDArray y = net.activations(MaskPromises.filled(net, mask, Double.NaN), mask);
    assertTrue(ArrayAssertions.finite(y));
    ArrayAssertions.assertBitEqual(expected, y);
    for (int n = 0; n < 3; n++) {
      for (int t = 0; t < STEPS; t++) {
        boolean zero = net.step(y, n, t).amaxNumber().doubleValue() == 0;
        assertTrue(zero == (mask.getDouble(n, t) == 0), "example " + n + ", step " + t);
      }
    }
  }
}
