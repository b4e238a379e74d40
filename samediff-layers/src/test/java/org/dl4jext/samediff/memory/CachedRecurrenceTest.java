package org.dl4jext.samediff.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.FiniteDifferences;
import org.dl4jext.samediff.UnitRuns;
import org.dl4jext.samediff.Views;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The executions of cached recurrences against the reference, and that against differences. */
class CachedRecurrenceTest {

  @BeforeEach
  void seed() {
    Nd4j.getRandom().setSeed(11);
  }

  static List<CachedRecurrenceSpec> some() {
    return CachedCases.some();
  }

  static List<CachedRecurrenceSpec> someLimited() {
    return CachedCases.someLimited();
  }

  static List<CachedRecurrenceSpec> every() {
    return Stream.concat(CachedCases.all().stream(), CachedCases.limited().stream()).toList();
  }

  private static DifferentiableUnit unit(CachedRecurrenceSpec spec, Execution execution) {
    return CachedRecurrence.unit(spec, execution, DataType.DOUBLE);
  }

  /** Inputs in the middle of a sequence: a segment begun, and some cached. */
  private static INDArray[] started(
      CachedRecurrenceSpec spec, int batch, int before, int steps, boolean mask) {
    INDArray[] all = CachedCases.inputs(spec, batch, before + steps, CachedCases.HEADS, mask);
    INDArray[] first = CachedCases.steps(all, 0, before, null);
    INDArray[] states = CachedCases.run(unit(spec, Execution.REFERENCE), spec, first);
    return CachedCases.steps(all, before, before + steps, states);
  }

  /** Counters have no gradient: differences skip them by leaving them out. */
  private static void requireDifferences(CachedRecurrenceSpec spec, INDArray[] inputs) {
    DifferentiableUnit unit = unit(spec, Execution.REFERENCE);
    int[] constant = {
      CachedRecurrenceSizes.MASK,
      CachedRecurrenceSizes.POSITION,
      CachedRecurrenceSizes.COUNT,
      CachedRecurrenceSizes.COUNTS
    };
    INDArray[] variable = inputs.clone();
    Arrays.stream(constant).forEach(i -> variable[i] = null);
    FiniteDifferences.check(
        new DifferentiableUnit() {
          private INDArray[] whole(INDArray[] in) {
            INDArray[] all = in.clone();
            Arrays.stream(constant).forEach(i -> all[i] = inputs[i]);
            return all;
          }

          @Override
          public void forward(INDArray[] in, INDArray[] outputs, boolean keep) {
            unit.forward(whole(in), outputs, keep);
          }

          @Override
          public void backward(INDArray[] in, INDArray[] dOut, INDArray[] dIn) {
            unit.backward(whole(in), dOut, dIn);
          }
        },
        variable,
        CachedCases.shapes(spec, inputs),
        -1);
  }

  @ParameterizedTest
  @MethodSource("some")
  void referenceGradientsAreThoseOfFiniteDifferences(CachedRecurrenceSpec spec) {
    requireDifferences(spec);
  }

  private static void requireDifferences(CachedRecurrenceSpec spec) {
    CachedRecurrenceSpec shorter =
        CachedCases.spec(spec.memory(), spec.caching().withSegmentLength(2));
    requireDifferences(
        shorter,
        started(shorter, 1, 3, 4, spec.caching().segmentStart() == SegmentStart.CHECKPOINT));
  }

  @ParameterizedTest
  @MethodSource("someLimited")
  void gradientsAreExactWhereMemoriesAreDroppedOrMerged(CachedRecurrenceSpec spec) {
    requireLimitedDifferences(spec);
  }

  private static void requireLimitedDifferences(CachedRecurrenceSpec spec) {
    CachedRecurrenceSpec shorter =
        CachedCases.spec(spec.memory(), spec.caching().withSegmentLength(2));
    requireDifferences(shorter, CachedCases.inputs(shorter, 1, 9, 1, true));
  }

  @ParameterizedTest
  @MethodSource("some")
  void fastFormsEqualTheReference(CachedRecurrenceSpec spec) {
    requireForms(spec, CachedCases.inputs(spec, 1, 1, 1, false));
    requireForms(spec, CachedCases.inputs(spec, 11, true), DataType.FLOAT);
    requireForms(spec, started(spec, 2, 4, 8, true));
  }

  @ParameterizedTest
  @MethodSource("someLimited")
  void fastFormsEqualTheReferenceWhereMemoriesAreDroppedOrMerged(CachedRecurrenceSpec spec) {
    requireForms(spec, CachedCases.inputs(spec, 16, true));
    requireForms(spec, started(spec, 2, 13, 5, false));
  }

  private static void requireForms(CachedRecurrenceSpec spec, INDArray[] inputs) {
    requireForms(spec, inputs, DataType.DOUBLE);
  }

  /** In DOUBLE, and in another type. */
  private static void requireForms(CachedRecurrenceSpec spec, INDArray[] inputs, DataType other) {
    INDArray[] cotangents = UnitRuns.cotangents(DataType.DOUBLE, CachedCases.shapes(spec, inputs));
    UnitRuns.Result want = run(spec, Execution.REFERENCE, DataType.DOUBLE, inputs, cotangents);
    for (Execution execution : new Execution[] {Execution.HOST, Execution.ARRAY}) {
      for (DataType type : EnumSet.of(DataType.DOUBLE, other)) {
        UnitRuns.Result got = run(spec, execution, type, inputs, cotangents);
        UnitRuns.requireClose(want, got, type == DataType.DOUBLE ? 1e-11 : 2e-3);
      }
    }
  }

  private static UnitRuns.Result run(
      CachedRecurrenceSpec spec,
      Execution execution,
      DataType type,
      INDArray[] inputs,
      INDArray[] cotangents) {
    return UnitRuns.run(
        CachedRecurrence.unit(spec, execution, type),
        UnitRuns.cast(inputs, type),
        UnitRuns.cast(cotangents, type),
        CachedRecurrenceSizes.MASK);
  }

  @ParameterizedTest
  @MethodSource("some")
  void stepsEqualTheWholeSequence(CachedRecurrenceSpec spec) {
    requireSteps(spec);
  }

  @ParameterizedTest
  @MethodSource("someLimited")
  void stepsEqualTheWholeSequenceWhereMemoriesAreDroppedOrMerged(CachedRecurrenceSpec spec) {
    requireSteps(spec);
  }

  private static void requireSteps(CachedRecurrenceSpec spec) {
    INDArray[] inputs = CachedCases.inputs(spec, 14, true);
    for (Execution execution : Execution.values()) {
      DifferentiableUnit unit = unit(spec, execution);
      INDArray[] whole = CachedCases.run(unit, spec, inputs);
      INDArray[] states = null;
      int from = 0;
      for (int length : new int[] {1, 2, 5, 1, 4, 1}) {
        states =
            CachedCases.run(unit, spec, CachedCases.steps(inputs, from, from + length, states));
        assertArrayEquals(
            flat(Views.cut(whole[0], 1, from, from + length)), flat(states[0]), 1e-11);
        from += length;
      }
      for (int i = CachedRecurrenceSizes.FIRST_STATE; i < whole.length; i++) {
        assertArrayEquals(flat(whole[i]), flat(states[i]), 1e-11, "state " + i);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("every")
  @Tag("slow")
  void everyMemoryWithEveryVariantKeepsAllOfThis(CachedRecurrenceSpec spec) {
    if (spec.caching().maxCachedSegments() == 0) {
      requireDifferences(spec);
    } else {
      requireLimitedDifferences(spec);
    }
    requireForms(spec, CachedCases.inputs(spec, 11, true), DataType.FLOAT);
    requireForms(spec, started(spec, 2, 4, 8, true));
    requireForms(spec, started(spec, 2, 13, 5, false));
    requireSteps(spec);
  }

  private static double[] flat(INDArray array) {
    return array.dup('c').data().asDouble();
  }
}
