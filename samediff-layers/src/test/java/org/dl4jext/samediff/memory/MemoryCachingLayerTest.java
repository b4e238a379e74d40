package org.dl4jext.samediff.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.FiniteDifferences;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.UnitRuns;
import org.dl4jext.samediff.Views;
import org.dl4jext.samediff.op.RecurrentOps;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The whole layer as a unit and as a SameDiff op, and what its specs refuse. */
class MemoryCachingLayerTest {

  private static final int INPUTS = 3;
  private static final int OUTPUTS = 2;

  @BeforeEach
  void seed() {
    Nd4j.getRandom().setSeed(5);
  }

  static List<MemoryCachingSpec> specs() {
    CachingSpec caching = CachingSpec.ofSegments(2);
    CachingSpec hidden = caching.withRouterFeatures(RouterFeatures.HIDDEN);
    return List.of(
        MemoryCachingSpec.of(BaseMemory.LINEAR, hidden, 4, 2)
            .withKeyMixing(KeyMixing.SHIFT)
            .withRouterScale(2)
            .withLearnedRouterScale(true),
        MemoryCachingSpec.of(BaseMemory.GATED_DELTA, hidden.withGateHeads(GateHeads.SHARED), 4, 2)
            .withRouterSize(2)
            .withConvolutionWidth(3),
        MemoryCachingSpec.of(
                BaseMemory.DELTA,
                caching
                    .withSegmentation(Segmentation.LOGARITHMIC)
                    .withVariant(CachingVariant.SPARSE)
                    .withTopK(1),
                4,
                2)
            .withKeyMixing(KeyMixing.NONE)
            .withQueryKeyNorm(false)
            .withOutputNorm(false),
        MemoryCachingSpec.of(BaseMemory.TITANS, caching.withVariant(CachingVariant.SOUP), 2, 1)
            .withConvolutionWidth(2)
            .withDeepSize(3));
  }

  private static MemoryCachingLayout layout(MemoryCachingSpec spec) {
    return new MemoryCachingLayout(spec, INPUTS, OUTPUTS);
  }

  private static INDArray[] inputs(MemoryCachingLayout layout, int batch, int steps, boolean mask) {
    List<INDArray> all = new ArrayList<>();
    all.add(UnitRuns.random(DataType.DOUBLE, 1, batch, steps, INPUTS));
    all.add(mask ? UnitRuns.mask(batch, steps) : null);
    for (TensorShape p : layout.parameters()) {
      all.add(UnitRuns.random(DataType.DOUBLE, 0.5, p.toArray()));
    }
    layout.states().forEach(s -> all.add(null));
    return all.toArray(new INDArray[0]);
  }

  private static LayerUnit unit(MemoryCachingLayout layout, Execution execution, DataType type) {
    return MemoryCachingLayer.unit(layout, execution, type);
  }

  private static long[][] shapes(LayerUnit unit, INDArray[] inputs) {
    List<long[]> shapes = new ArrayList<>();
    shapes.add(new long[] {inputs[0].size(0), inputs[0].size(1), OUTPUTS});
    shapes.addAll(unit.stateShapes(inputs));
    return shapes.toArray(long[][]::new);
  }

  @ParameterizedTest
  @MethodSource("specs")
  void gradientsAreThoseOfFiniteDifferences(MemoryCachingSpec spec) {
    MemoryCachingLayout layout = layout(spec);
    LayerUnit unit = unit(layout, Execution.HOST, DataType.DOUBLE);
    INDArray[] inputs =
        inputs(layout, 1, 5, spec.memory() == BaseMemory.DELTA || spec.memory().isDeep());
    FiniteDifferences.check(unit, inputs, shapes(unit, inputs), 1);
  }

  @ParameterizedTest
  @MethodSource("specs")
  void everyExecutionEqualsTheReference(MemoryCachingSpec spec) {
    MemoryCachingLayout layout = layout(spec);
    INDArray[] inputs = inputs(layout, 2, 7, true);
    LayerUnit reference = unit(layout, Execution.REFERENCE, DataType.DOUBLE);
    INDArray[] cotangents = UnitRuns.cotangents(DataType.DOUBLE, shapes(reference, inputs));
    UnitRuns.Result want = UnitRuns.run(reference, inputs, cotangents);
    for (Execution execution : Execution.values()) {
      for (DataType type : List.of(DataType.DOUBLE, DataType.FLOAT)) {
        UnitRuns.Result got =
            UnitRuns.run(
                unit(layout, execution, type),
                UnitRuns.cast(inputs, type),
                UnitRuns.cast(cotangents, type));
        UnitRuns.requireClose(want, got, type == DataType.DOUBLE ? 1e-11 : 2e-3);
      }
    }
  }

  /** Segments begun, memories cached and keys to be mixed in, all with gradients. */
  @ParameterizedTest
  @MethodSource("specs")
  void everyExecutionGoesOnFromStatesLikeTheReference(MemoryCachingSpec spec) {
    MemoryCachingLayout layout = layout(spec);
    assumeTrue(layout.canStep());
    LayerUnit reference = unit(layout, Execution.REFERENCE, DataType.DOUBLE);
    INDArray[] inputs = inputs(layout, 2, 5, true);
    INDArray[] first = inputs.clone();
    first[0] = Views.cut(inputs[0], 1, 0, 3).dup('c');
    first[1] = null;
    INDArray[] states =
        Arrays.stream(shapes(reference, first))
            .map(shape -> Nd4j.create(DataType.DOUBLE, shape))
            .toArray(INDArray[]::new);
    reference.forward(first, states, false);
    System.arraycopy(states, 1, inputs, inputs.length - states.length + 1, states.length - 1);
    INDArray[] cotangents = UnitRuns.cotangents(DataType.DOUBLE, shapes(reference, inputs));
    UnitRuns.Result want = UnitRuns.run(reference, inputs, cotangents);
    for (Execution execution : List.of(Execution.HOST, Execution.ARRAY)) {
      LayerUnit unit = unit(layout, execution, DataType.DOUBLE);
      UnitRuns.requireClose(want, UnitRuns.run(unit, inputs, cotangents), 1e-11);
    }
  }

  /** Every option reaches the op's arguments. */
  @ParameterizedTest
  @MethodSource("specs")
  void theOpComputesWhatTheUnitDoes(MemoryCachingSpec standard) {
    MemoryCachingSpec spec =
        standard.with(Map.of("queryKeyNormEps", 0.1, "outputNormEps", 0.2, "scale", 0.3));
    MemoryCachingLayout layout = layout(spec);
    INDArray[] inputs = inputs(layout, 2, 7, false);
    LayerUnit unit = unit(layout, Execution.HOST, DataType.DOUBLE);
    INDArray want = Nd4j.create(DataType.DOUBLE, shapes(unit, inputs)[0]);
    INDArray[] outputs = new INDArray[1 + layout.states().size()];
    outputs[0] = want;
    unit.forward(inputs, outputs, false);
    RecurrentOps.register();
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.var("x", inputs[0]);
    List<SDVariable> parameters = new ArrayList<>();
    for (int i = 0; i < layout.parameters().size(); i++) {
      parameters.add(sd.var(layout.parameters().get(i).name(), inputs[2 + i]));
    }
    SDVariable y = MemoryCachingLayer.apply(sd, x, null, parameters, null, layout).outputs();
    assertArrayEquals(flat(want), flat(y.eval()), 1e-12);
  }

  /** As it happens where a step is masked or a value is zero. */
  @Test
  void stepsOfZerosStayFiniteWithoutEpsilon() {
    MemoryCachingSpec spec =
        specs().get(0).with(Map.of("queryKeyNormEps", 0.0, "outputNormEps", 0.0));
    MemoryCachingLayout layout = layout(spec);
    INDArray[] inputs = inputs(layout, 1, 4, false);
    inputs[0].assign(0);
    for (Execution execution : Execution.values()) {
      LayerUnit unit = unit(layout, execution, DataType.DOUBLE);
      INDArray[] cotangents = UnitRuns.cotangents(DataType.DOUBLE, shapes(unit, inputs));
      UnitRuns.Result result = UnitRuns.run(unit, inputs, cotangents);
      assertEquals(0, result.outputs()[0].amaxNumber().doubleValue(), execution::toString);
      for (INDArray gradient : result.gradients()) {
        assertTrue(
            gradient == null || Double.isFinite(gradient.sumNumber().doubleValue()),
            execution::toString);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("specs")
  void maskedStepsCannotBeSeen(MemoryCachingSpec spec) {
    MemoryCachingLayout layout = layout(spec);
    for (Execution execution : Execution.values()) {
      LayerUnit unit = unit(layout, execution, DataType.DOUBLE);
      INDArray[] inputs = inputs(layout, 2, 7, true);
      INDArray[] cotangents = UnitRuns.cotangents(DataType.DOUBLE, shapes(unit, inputs));
      UnitRuns.requireMaskedStepsUnseen(unit, inputs, cotangents);
    }
  }

  @Test
  void aSegmentWithoutAValidTokenIsNotRead() {
    CachedRecurrenceSpec spec =
        CachedCases.spec(
            BaseMemory.LINEAR,
            CachingSpec.ofSegments(2).withVariant(CachingVariant.SPARSE).withTopK(1));
    INDArray[] in = CachedCases.inputs(spec, 1, 6, 1, false);
    in[CachedRecurrenceSizes.MASK] = Nd4j.createFromArray(new double[][] {{1, 1, 0, 0, 0, 1}});
    for (Execution execution : Execution.values()) {
      DifferentiableUnit unit = CachedRecurrence.unit(spec, execution, DataType.DOUBLE);
      INDArray gates = CachedCases.run(unit, spec, in)[CachedRecurrenceSizes.GATES];
      double[] last = flat(Views.at(Views.at(Views.at(gates, 0, 0), 0, 5), 0, 0));
      assertTrue(last[0] > 0 && last[2] > 0, Arrays.toString(last));
      assertEquals(0, last[1], "the second segment has masked steps only");
    }
  }

  @Test
  void aFullCacheFailsBeforeAnythingChanges() {
    CachedRecurrenceSpec spec =
        CachedCases.spec(BaseMemory.DELTA, CachingSpec.ofSegments(2).withMaxCachedSegments(2));
    DifferentiableUnit unit = CachedRecurrence.unit(spec, Execution.HOST, DataType.DOUBLE);
    CachedCases.run(unit, spec, CachedCases.inputs(spec, 6, false));
    INDArray[] longer = CachedCases.inputs(spec, 7, false);
    INDArray[] outputs = new INDArray[CachedRecurrenceSizes.OUTPUTS];
    outputs[0] = Nd4j.ones(DataType.DOUBLE, 2, 7, CachedCases.HEADS, CachedCases.VALUES);
    String message =
        assertThrows(IllegalArgumentException.class, () -> unit.forward(longer, outputs, false))
            .getMessage();
    assertTrue(message.contains("maxCachedSegments (2)"), message);
    assertEquals(1, outputs[0].minNumber().doubleValue());
  }

  @Test
  void mergedLinearMemoriesAreThoseOfTheJoinedSegment() {
    CachingSpec merging =
        CachingSpec.ofSegments(2)
            .withVariant(CachingVariant.GATED)
            .withMaxCachedSegments(1)
            .withCachePolicy(CachePolicy.MERGE);
    CachedRecurrenceSpec spec = CachedCases.spec(BaseMemory.LINEAR, merging);
    CachedRecurrenceSpec joined =
        new CachedRecurrenceSpec(
            BaseMemory.LINEAR, CachingSpec.ofSegments(2), 0.7, 0.8, List.of(6, 2));
    INDArray[] in = CachedCases.inputs(spec, 8, false);
    INDArray merged = last(spec, in, 8);
    assertArrayEquals(flat(last(joined, in, 8)), flat(merged), 1e-12);
  }

  private static INDArray last(CachedRecurrenceSpec spec, INDArray[] in, int steps) {
    DifferentiableUnit unit = CachedRecurrence.unit(spec, Execution.HOST, DataType.DOUBLE);
    return Views.cut(CachedCases.run(unit, spec, in)[0], 1, steps - 2L, steps).dup('c');
  }

  @ParameterizedTest
  @CsvSource({"1,1", "6,4+2", "37,32+4+1", "64,64"})
  void logarithmicSegmentsAreTheBinaryExpansion(int steps, String lengths) {
    CachedRecurrenceSpec spec =
        CachedCases.spec(
            BaseMemory.LINEAR,
            CachingSpec.ofSegments(1).withSegmentation(Segmentation.LOGARITHMIC));
    List<String> planned =
        new SegmentPlan(spec, steps, 0, 0)
            .segments().stream().map(s -> String.valueOf(s.length())).toList();
    assertEquals(lengths, String.join("+", planned));
  }

  @Test
  void wrongOptionsAreRefusedWithTheReason() {
    CachingSpec caching = CachingSpec.ofSegments(4);
    requireRefusal("topK is 0", () -> caching.withTopK(0));
    requireRefusal("segmentLength is 0", () -> caching.withSegmentLength(0));
    requireRefusal("maxCachedSegments is -1", () -> caching.withMaxCachedSegments(-1));
    requireRefusal(
        "borders move with the length",
        () ->
            caching
                .withSegmentStart(SegmentStart.CHECKPOINT)
                .withSegmentation(Segmentation.LOGARITHMIC));
    requireRefusal(
        "cannot step",
        () -> caching.withMaxCachedSegments(3).withSegmentation(Segmentation.LOGARITHMIC));
    MemoryCachingSpec spec = MemoryCachingSpec.of(BaseMemory.DELTA, caching, 8, 2);
    requireRefusal("routerSize is 3", () -> spec.withRouterSize(3));
    requireRefusal("convolutionWidth is 1", () -> spec.withConvolutionWidth(1));
    requireRefusal("width is 7", () -> MemoryCachingSpec.of(BaseMemory.DELTA, caching, 7, 2));
    requireRefusal(
        "learnedRouterScale is true",
        () ->
            spec.withCaching(caching.withVariant(CachingVariant.RESIDUAL))
                .withLearnedRouterScale(true));
  }

  private static void requireRefusal(
      String expected, org.junit.jupiter.api.function.Executable construction) {
    String message = assertThrows(IllegalArgumentException.class, construction).getMessage();
    assertTrue(message.contains(expected), message);
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void otherPositionsInABatchAreRefused(Execution execution) {
    CachedRecurrenceSpec spec = CachedCases.spec(BaseMemory.LINEAR, CachingSpec.ofSegments(2));
    INDArray[] in = CachedCases.inputs(spec, 3, false);
    in[CachedRecurrenceSizes.POSITION] = Nd4j.createFromArray(new double[][] {{0, 0}, {1, 0}});
    DifferentiableUnit unit = CachedRecurrence.unit(spec, execution, DataType.DOUBLE);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> unit.forward(in, new INDArray[CachedRecurrenceSizes.OUTPUTS], false))
            .getMessage();
    assertTrue(message.contains("position of example 1"), message);
  }

  private static double[] flat(INDArray array) {
    return array.dup('c').data().asDouble();
  }
}
