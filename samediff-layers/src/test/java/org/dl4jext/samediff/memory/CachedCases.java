package org.dl4jext.samediff.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.UnitRuns;
import org.dl4jext.samediff.Views;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Specs and random arrays of cached recurrences. */
final class CachedCases {

  static final int BATCH = 2;
  static final int HEADS = 2;
  static final int KEYS = 3;
  static final int VALUES = 4;
  static final int DEEP = 2;
  static final int ROUTER = 5;

  private CachedCases() {}

  static CachedRecurrenceSpec spec(BaseMemory memory, CachingSpec caching) {
    return new CachedRecurrenceSpec(memory, caching, 0.7, 0.8, List.of());
  }

  /** Every memory with every variant; the other options alternate. */
  static List<CachedRecurrenceSpec> all() {
    List<CachedRecurrenceSpec> all = new ArrayList<>();
    int i = 0;
    for (BaseMemory memory : BaseMemory.values()) {
      for (CachingVariant variant : CachingVariant.values()) {
        for (SegmentStart start : SegmentStart.values()) {
          i++;
          CachingSpec caching =
              CachingSpec.ofSegments(3)
                  .withVariant(variant)
                  .withSegmentStart(start)
                  .withTopK(1)
                  .withGateHeads(i % 3 == 0 ? GateHeads.SHARED : GateHeads.PER_HEAD)
                  .withRouterPooling(i % 5 == 0 ? RouterPooling.SUM : RouterPooling.MEAN)
                  .withRouterFeatures(i % 4 < 2 ? RouterFeatures.HIDDEN : RouterFeatures.KEYS);
          all.add(spec(memory, caching));
        }
      }
    }
    return all;
  }

  /** Every memory with both starts, every variant with both starts, SOUP also of networks. */
  static List<CachedRecurrenceSpec> some() {
    List<CachingVariant> variants = List.of(CachingVariant.values());
    return all().stream()
        .filter(
            s -> {
              int shift = s.caching().segmentStart() == SegmentStart.CHECKPOINT ? 2 : 1;
              int variant = (place(s.memory()) + shift) % variants.size();
              return s.caching().variant() == variants.get(variant);
            })
        .toList();
  }

  private static int place(BaseMemory memory) {
    return List.of(BaseMemory.values()).indexOf(memory);
  }

  /** Every memory with both starts and a full cache, of which the oldest is dropped or merged. */
  static List<CachedRecurrenceSpec> limited() {
    return all().stream()
        .filter(s -> s.caching().variant() == CachingVariant.GATED)
        .flatMap(
            s ->
                Stream.of(CachePolicy.DROP_OLDEST, CachePolicy.MERGE)
                    .map(policy -> s.caching().withCachePolicy(policy))
                    .map(caching -> spec(s.memory(), caching.withMaxCachedSegments(2))))
        .toList();
  }

  /** Each policy with both starts, of matrices and of networks. */
  static List<CachedRecurrenceSpec> someLimited() {
    return limited().stream()
        .filter(
            s -> {
              boolean merges = s.caching().cachePolicy() == CachePolicy.MERGE;
              boolean checkpoint = s.caching().segmentStart() == SegmentStart.CHECKPOINT;
              return (place(s.memory()) % 2 == 0) == (merges == checkpoint);
            })
        .toList();
  }

  /** Random inputs from the first step on. */
  static INDArray[] inputs(CachedRecurrenceSpec spec, int steps, boolean masked) {
    return inputs(spec, BATCH, steps, HEADS, masked);
  }

  static INDArray[] inputs(
      CachedRecurrenceSpec spec, int batch, int steps, int heads, boolean masked) {
    INDArray[] in = new INDArray[CachedRecurrenceSizes.INPUTS];
    in[CachedRecurrenceSizes.Q] = random(batch, steps, heads, KEYS);
    in[CachedRecurrenceSizes.K] = random(batch, steps, heads, KEYS).muli(0.5);
    in[CachedRecurrenceSizes.V] = random(batch, steps, heads, VALUES);
    if (spec.caching().hasRouter()) {
      boolean hidden = spec.caching().routerFeatures() == RouterFeatures.HIDDEN;
      int size = hidden ? ROUTER : KEYS;
      in[CachedRecurrenceSizes.U] = random(batch, steps, heads, size);
      // Features that heads share, in some cases.
      long featureHeads = spec.caching().segmentStart() == SegmentStart.CHECKPOINT ? heads : 1;
      in[CachedRecurrenceSizes.F] = hidden ? random(batch, steps, featureHeads, size) : null;
    }
    for (int i = 0; i < spec.memory().scalars().size(); i++) {
      boolean log = spec.memory().scalars().get(i).equals("g");
      // Deep memories take large steps to infinity.
      double largest = spec.memory().isDeep() && i == 0 ? 0.15 : 0.9;
      INDArray rate = Nd4j.rand(DataType.DOUBLE, batch, steps, heads).muli(largest).addi(0.05);
      in[CachedRecurrenceSizes.SCALARS + i] = log ? rate.negi() : rate;
    }
    if (spec.memory().isDeep()) {
      in[CachedRecurrenceSizes.W1] = random(heads, DEEP, KEYS).muli(0.5);
      in[CachedRecurrenceSizes.W2] = random(heads, VALUES, DEEP).muli(0.5);
    }
    in[CachedRecurrenceSizes.MASK] = masked ? UnitRuns.mask(batch, steps) : null;
    return in;
  }

  private static INDArray random(long... shape) {
    return Nd4j.randn(DataType.DOUBLE, shape);
  }

  static long[][] shapes(CachedRecurrenceSpec spec, INDArray[] inputs) {
    CachedRecurrenceSizes sizes = CachedRecurrenceSizes.of(spec, inputs[0].dataType(), inputs);
    long[][] shapes = new long[CachedRecurrenceSizes.OUTPUTS][];
    Arrays.setAll(shapes, sizes::outputShape);
    return shapes;
  }

  static INDArray[] outputs(CachedRecurrenceSpec spec, INDArray[] inputs) {
    return Arrays.stream(shapes(spec, inputs))
        .map(shape -> Nd4j.valueArrayOf(shape, Double.NaN, inputs[0].dataType()))
        .toArray(INDArray[]::new);
  }

  /** Outputs of a pass that nothing follows. */
  static INDArray[] run(DifferentiableUnit unit, CachedRecurrenceSpec spec, INDArray[] inputs) {
    INDArray[] outputs = outputs(spec, inputs);
    unit.forward(inputs, outputs, false);
    return outputs;
  }

  /** Some steps of all inputs, starting from the states that another pass left. */
  static INDArray[] steps(INDArray[] inputs, int from, int to, INDArray[] before) {
    INDArray[] part = inputs.clone();
    for (int i = 0; i <= CachedRecurrenceSizes.MASK; i++) {
      boolean hasSteps = i < CachedRecurrenceSizes.W1 || i == CachedRecurrenceSizes.MASK;
      if (inputs[i] != null && hasSteps) {
        part[i] = Views.cut(inputs[i], 1, from, to).dup('c');
      }
    }
    for (int i = CachedRecurrenceSizes.POSITION; i < part.length && before != null; i++) {
      part[i] = before[CachedRecurrenceSizes.FIRST_STATE + i - CachedRecurrenceSizes.POSITION];
    }
    return part;
  }
}
