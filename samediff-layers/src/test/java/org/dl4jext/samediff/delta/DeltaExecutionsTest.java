package org.dl4jext.samediff.delta;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.Views;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** All executions give the same outputs and gradients, for any sizes, options, masks, strides. */
class DeltaExecutionsTest {

  record RuleCase(
      DeltaRuleSizes sizes, DeltaRuleSpec spec, boolean gate, boolean state, int seed) {}

  record LayerCase(
      DeltaSpec spec, int batch, int tokens, int inputs, boolean states, boolean mask, int seed) {}

  @Provide
  Arbitrary<RuleCase> ruleCases() {
    Arbitrary<DeltaRuleSizes> sizes =
        Combinators.combine(
                Arbitraries.integers().between(1, 3),
                Arbitraries.integers().between(1, 40),
                Arbitraries.integers().between(1, 4),
                Arbitraries.integers().between(1, 2),
                Arbitraries.integers().between(1, 3),
                Arbitraries.integers().between(1, 9),
                Arbitraries.integers().between(1, 9))
            .as((b, t, n, h, g, k, v) -> new DeltaRuleSizes(b, t, n, h, h * g, k, v));
    return Combinators.combine(
            sizes,
            Arbitraries.of(QueryKeyNorm.class),
            Arbitraries.of(0, 1, 2, 3, 7, 64),
            Arbitraries.of(true, false),
            Arbitraries.of(true, false),
            Arbitraries.integers())
        .as(
            (s, norm, chunk, gate, state, seed) ->
                new RuleCase(s, DeltaCases.rule(s.householders(), norm, chunk), gate, state, seed));
  }

  @Provide
  Arbitrary<LayerCase> layerCases() {
    Arbitrary<DeltaSpec> sizes =
        Combinators.combine(
                Arbitraries.integers().between(1, 2),
                Arbitraries.integers().between(1, 2),
                Arbitraries.integers().between(1, 5),
                Arbitraries.integers().between(1, 5),
                Arbitraries.integers().between(1, 3),
                Arbitraries.integers().between(0, 4),
                Arbitraries.of(0, 2, 5))
            .as(
                (h, g, k, v, n, w, chunk) ->
                    DeltaSpec.deltaProduct(h, h, n)
                        .withValueHeads(h * g)
                        .withKeySize(k)
                        .withValueSize(v)
                        .withConvolutionWidth(w)
                        .withChunkTokens(chunk));
    Arbitrary<DeltaSpec> specs =
        Combinators.combine(
                sizes,
                Arbitraries.of(EigenvalueRange.class),
                Arbitraries.of(Activation.class),
                Arbitraries.of(Activation.class),
                Arbitraries.integers().between(0, 31))
            .as(DeltaExecutionsTest::withOptions);
    return Combinators.combine(
            specs,
            Arbitraries.integers().between(1, 3),
            Arbitraries.integers().between(1, 12),
            Arbitraries.integers().between(1, 4),
            Arbitraries.of(true, false),
            Arbitraries.of(true, false),
            Arbitraries.integers())
        .as(LayerCase::new);
  }

  private static DeltaSpec withOptions(
      DeltaSpec s, EigenvalueRange range, Activation qk, Activation v, int bits) {
    boolean positive = qk == Activation.ELU_PLUS_ONE;
    return s.withEigenvalueRange(range)
        .withQueryKeyActivation(qk)
        .withValueActivation(v)
        .withQueryKeyNorm(positive ? QueryKeyNorm.SUM : QueryKeyNorm.L2)
        .withQueryKeyNormEps(1e-3)
        .withForgetGate((bits & 1) != 0)
        .withLearnedBeta((bits & 2) != 0)
        .withConvolutionBias((bits & 4) != 0 && s.convolutionWidth() > 0)
        .withOutputGate((bits & 8) != 0)
        .withOutputNorm((bits & 16) != 0);
  }

  @Property(tries = 60, shrinking = ShrinkingMode.OFF)
  void theRuleIsTheSameInAllExecutions(@ForAll("ruleCases") RuleCase c) {
    INDArray[] in =
        DeltaCases.ruleInputs(
            c.seed, DataType.DOUBLE, c.sizes, c.spec.queryKeyNorm(), c.gate, c.state);
    long[][] shapes = DeltaCases.ruleOutputs(c.sizes);
    DeltaCases.Run want =
        DeltaCases.run(
            DeltaUnits.rule(c.spec, Execution.REFERENCE, DataType.DOUBLE), in, shapes, -1);
    for (Execution e : new Execution[] {Execution.HOST, Execution.ARRAY}) {
      DeltaCases.run(DeltaUnits.rule(c.spec, e, DataType.DOUBLE), in, shapes, -1)
          .requireNear(want, 1e-10, e.name());
      INDArray[] single = DeltaCases.cast(in, DataType.FLOAT);
      DeltaCases.run(DeltaUnits.rule(c.spec, e, DataType.FLOAT), single, shapes, -1)
          .requireNear(want, 2e-3, e + " FLOAT");
    }
  }

  @Property(tries = 80, shrinking = ShrinkingMode.OFF)
  void theLayerIsTheSameInAllExecutions(@ForAll("layerCases") LayerCase c) {
    DeltaLayout layout = new DeltaLayout(c.spec, c.inputs, 3);
    INDArray[] in =
        DeltaCases.layerInputs(c.seed, DataType.DOUBLE, layout, c.batch, c.tokens, c.states);
    if (c.mask) {
      in[1] = mask(c.seed, c.batch, c.tokens);
    }
    long[][] shapes = DeltaCases.layerOutputs(layout, c.batch, c.tokens);
    DeltaCases.Run want =
        DeltaCases.run(
            DeltaUnits.layer(layout, Execution.REFERENCE, DataType.DOUBLE), in, shapes, 1);
    for (Execution e : new Execution[] {Execution.HOST, Execution.ARRAY}) {
      DeltaCases.run(DeltaUnits.layer(layout, e, DataType.DOUBLE), in, shapes, 1)
          .requireNear(want, 1e-10, e.name());
    }
  }

  private static INDArray mask(int seed, int batch, int tokens) {
    Random random = new Random(seed);
    INDArray mask = Nd4j.zeros(DataType.FLOAT, batch, tokens);
    for (int b = 0; b < batch; b++) {
      double share = random.nextInt(4) / 3.0;
      for (int t = 0; t < tokens; t++) {
        mask.putScalar(b, t, random.nextDouble() < share ? 1 : 0);
      }
    }
    return mask;
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void arraysOfAnyStridesAreAccepted(Execution execution) {
    DeltaLayout layout = new DeltaLayout(DeltaSpec.gatedDeltaProduct(4, 2, 2), 3, 2);
    INDArray[] in = DeltaCases.layerInputs(5, DataType.DOUBLE, layout, 2, 6, true);
    long[][] shapes = DeltaCases.layerOutputs(layout, 2, 6);
    DeltaCases.Run want =
        DeltaCases.run(DeltaUnits.layer(layout, execution, DataType.DOUBLE), in, shapes, 1);
    INDArray[] strided = new INDArray[in.length];
    strided[0] = in[0].permute(0, 2, 1).dup('c').permute(0, 2, 1);
    for (int i = 2; i < in.length; i++) {
      long[] shape = in[i].shape();
      INDArray flat = Nd4j.create(DataType.DOUBLE, 7 + in[i].length());
      strided[i] =
          Views.cut(flat, 0, 7, flat.length()).reshape(shape.length == 2 ? 'f' : 'c', shape);
      strided[i].assign(in[i]);
    }
    DeltaCases.run(DeltaUnits.layer(layout, execution, DataType.DOUBLE), strided, shapes, 1)
        .requireNear(want, 1e-13, execution.name());
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void anythingInAMaskedStepIsInvisible(Execution execution) {
    DeltaLayout layout = new DeltaLayout(DeltaSpec.gatedDeltaProduct(4, 2, 2), 3, 2);
    INDArray[] in = DeltaCases.layerInputs(6, DataType.DOUBLE, layout, 3, 5, true);
    in[1] =
        Nd4j.createFromArray(new double[][] {{0, 1, 0, 1, 1}, {1, 1, 0, 0, 0}, {0, 0, 0, 0, 0}});
    long[][] shapes = DeltaCases.layerOutputs(layout, 3, 5);
    LayerUnit unit = DeltaUnits.layer(layout, execution, DataType.DOUBLE);
    DeltaCases.Run clean = DeltaCases.run(unit, in, shapes, 1);
    in[0] = in[0].dup();
    for (int[] step : new int[][] {{0, 0}, {0, 2}, {1, 2}, {1, 3}, {1, 4}, {2, 0}, {2, 4}}) {
      Views.at(Views.at(in[0], 0, step[0]), 0, step[1])
          .assign(step[1] % 2 == 0 ? Double.NaN : Double.POSITIVE_INFINITY);
    }
    DeltaCases.Run poisoned = DeltaCases.run(unit, in, shapes, 1);
    for (int i = 0; i < clean.outputs().length; i++) {
      assertEquals(clean.outputs()[i], poisoned.outputs()[i], "output " + i);
    }
    for (int i = 0; i < clean.gradients().length; i++) {
      if (i != 1) {
        assertEquals(clean.gradients()[i], poisoned.gradients()[i], "gradient " + i);
      }
    }
    for (int[] step : new int[][] {{0, 0}, {1, 4}, {2, 3}}) {
      assertEquals(0, row(poisoned.outputs()[0], step).amaxNumber().doubleValue());
      assertEquals(0, row(poisoned.gradients()[0], step).amaxNumber().doubleValue());
    }
    int first = 2 + layout.parameters().size();
    assertEquals(
        Views.at(in[first], 0, 2).dup(), Views.at(poisoned.outputs()[1], 0, 2).dup(), "state");
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void masksOfAnyTypeAreAccepted(Execution execution) {
    DeltaLayout layout = new DeltaLayout(DeltaSpec.gatedDeltaProduct(4, 2, 2), 3, 2);
    INDArray[] in = DeltaCases.layerInputs(12, DataType.FLOAT, layout, 2, 3, false);
    long[][] shapes = DeltaCases.layerOutputs(layout, 2, 3);
    LayerUnit unit = DeltaUnits.layer(layout, execution, DataType.FLOAT);
    INDArray mask = Nd4j.createFromArray(new double[][] {{1, 0, 1}, {0, 1, 1}});
    in[1] = mask;
    INDArray want = DeltaCases.run(unit, in, shapes, 1).outputs()[0];
    for (DataType type : new DataType[] {DataType.BOOL, DataType.INT32, DataType.FLOAT}) {
      in[1] = mask.castTo(type);
      assertEquals(want, DeltaCases.run(unit, in, shapes, 1).outputs()[0], type.name());
    }
  }

  private static INDArray row(INDArray x, int[] step) {
    return Views.at(Views.at(x, 0, step[0]), 0, step[1]);
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void rowsOfABatchDoNotSeeEachOther(Execution execution) {
    DeltaLayout layout = new DeltaLayout(DeltaSpec.gatedDeltaProduct(4, 2, 2), 3, 2);
    INDArray[] in = DeltaCases.layerInputs(7, DataType.DOUBLE, layout, 2, 9, false);
    long[][] shapes = DeltaCases.layerOutputs(layout, 2, 9);
    LayerUnit unit = DeltaUnits.layer(layout, execution, DataType.DOUBLE);
    INDArray before = DeltaCases.run(unit, in, shapes, 1).outputs()[0];
    Views.at(in[0], 0, 1).assign(3);
    INDArray after = DeltaCases.run(unit, in, shapes, 1).outputs()[0];
    assertArrayEquals(
        Views.at(before, 0, 0).dup('c').data().asDouble(),
        Views.at(after, 0, 0).dup('c').data().asDouble());
  }

  @ParameterizedTest
  @CsvSource({"REFERENCE, 1", "REFERENCE, 4", "HOST, 1", "HOST, 4", "ARRAY, 1", "ARRAY, 4"})
  void aSequenceInPiecesEqualsTheWhole(Execution execution, int piece) {
    DeltaLayout layout = new DeltaLayout(DeltaSpec.gatedDeltaProduct(4, 2, 2), 3, 2);
    INDArray[] in = DeltaCases.layerInputs(8, DataType.DOUBLE, layout, 2, 11, true);
    LayerUnit unit = DeltaUnits.layer(layout, execution, DataType.DOUBLE);
    INDArray[] whole =
        DeltaCases.run(unit, in, DeltaCases.layerOutputs(layout, 2, 11), 1).outputs();
    INDArray[] part = in.clone();
    int states = 2 + layout.parameters().size();
    for (int t = 0; t < 11; t += piece) {
      int end = Math.min(11, t + piece);
      part[0] = Views.cut(in[0], 1, t, end);
      INDArray[] out = new INDArray[3];
      long[][] shapes = DeltaCases.layerOutputs(layout, 2, end - t);
      for (int i = 0; i < out.length; i++) {
        out[i] = Nd4j.create(DataType.DOUBLE, shapes[i]);
      }
      unit.forward(part, out, false);
      part[states] = out[1];
      part[states + 1] = out[2];
      assertTrue(
          Views.cut(whole[0], 1, t, end).dup().equalsWithEps(out[0], 1e-10), "steps from " + t);
    }
    assertTrue(whole[1].equalsWithEps(part[states], 1e-10));
    assertTrue(whole[2].equalsWithEps(part[states + 1], 1e-10));
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void aProductIsARuleOverItsMicroSteps(Execution execution) {
    int n = 3;
    DeltaRuleSizes sizes = new DeltaRuleSizes(2, 7, n, 2, 2, 4, 3);
    INDArray[] in = DeltaCases.ruleInputs(9, DataType.DOUBLE, sizes, QueryKeyNorm.NONE, true, true);
    INDArray[] outputs =
        DeltaCases.run(
                DeltaUnits.rule(
                    DeltaCases.rule(n, QueryKeyNorm.NONE, 0), execution, DataType.DOUBLE),
                in,
                DeltaCases.ruleOutputs(sizes),
                -1)
            .outputs();
    DeltaRuleSizes micro = new DeltaRuleSizes(2, 7 * n, 1, 2, 2, 4, 3);
    INDArray[] spread = in.clone();
    spread[DeltaRuleSizes.Q] = Nd4j.zeros(DataType.DOUBLE, micro.inputShape(DeltaRuleSizes.Q));
    spread[DeltaRuleSizes.G] = Nd4j.zeros(DataType.DOUBLE, micro.inputShape(DeltaRuleSizes.G));
    for (int t = 0; t < 7; t++) {
      Views.at(spread[DeltaRuleSizes.Q], 1, t * n + n - 1L)
          .assign(Views.at(in[DeltaRuleSizes.Q], 1, t));
      Views.at(spread[DeltaRuleSizes.G], 1, (long) t * n)
          .assign(Views.at(in[DeltaRuleSizes.G], 1, t));
    }
    INDArray[] want =
        DeltaCases.run(
                DeltaUnits.rule(
                    DeltaCases.rule(1, QueryKeyNorm.NONE, 0), execution, DataType.DOUBLE),
                spread,
                DeltaCases.ruleOutputs(micro),
                -1)
            .outputs();
    for (int t = 0; t < 7; t++) {
      assertTrue(
          Views.at(want[0], 1, t * n + n - 1L)
              .dup()
              .equalsWithEps(Views.at(outputs[0], 1, t).dup(), 1e-11));
    }
    assertTrue(want[1].equalsWithEps(outputs[1], 1e-11));
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void aGateThatForgetsEverythingIsFinite(Execution execution) {
    DeltaRuleSizes sizes = new DeltaRuleSizes(1, 9, 2, 1, 1, 3, 3);
    INDArray[] in = DeltaCases.ruleInputs(10, DataType.FLOAT, sizes, QueryKeyNorm.L2, true, true);
    in[DeltaRuleSizes.G].assign(-800);
    DeltaCases.Run run =
        DeltaCases.run(
            DeltaUnits.rule(DeltaCases.rule(2, QueryKeyNorm.L2, 0), execution, DataType.FLOAT),
            in,
            DeltaCases.ruleOutputs(sizes),
            -1);
    INDArray[] fresh = in.clone();
    fresh[DeltaRuleSizes.STATE] = null;
    DeltaCases.Run other =
        DeltaCases.run(
            DeltaUnits.rule(DeltaCases.rule(2, QueryKeyNorm.L2, 0), execution, DataType.FLOAT),
            fresh,
            DeltaCases.ruleOutputs(sizes),
            -1);
    assertEquals(other.outputs()[0], run.outputs()[0]);
    for (INDArray gradient : run.gradients()) {
      assertTrue(Double.isFinite(gradient.sumNumber().doubleValue()));
    }
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void halfPrecisionIsComputedInAWiderType(Execution execution) {
    DeltaLayout layout = new DeltaLayout(DeltaSpec.gatedDeltaProduct(4, 2, 2), 3, 2);
    INDArray[] half = DeltaCases.layerInputs(11, DataType.FLOAT16, layout, 2, 6, true);
    INDArray[] in = DeltaCases.cast(half, DataType.DOUBLE);
    long[][] shapes = DeltaCases.layerOutputs(layout, 2, 6);
    DeltaCases.Run want =
        DeltaCases.run(
            DeltaUnits.layer(layout, Execution.REFERENCE, DataType.DOUBLE), in, shapes, 1);
    DeltaCases.run(DeltaUnits.layer(layout, execution, DataType.FLOAT16), half, shapes, 1)
        .requireNear(want, 1e-2, execution + " HALF");
  }
}
