package org.dl4jext.samediff.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.FiniteDifferences;
import org.dl4jext.samediff.LayerUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The reference against finite differences of itself. */
class DeltaReferenceTest {

  @ParameterizedTest
  @CsvSource({
    "1, L2, true, true",
    "2, SUM, true, true",
    "3, NONE, false, true",
    "2, L2, false, false"
  })
  void gradientsOfTheRuleAreThoseOfFiniteDifferences(
      int householders, QueryKeyNorm norm, boolean gate, boolean state) {
    DeltaRuleSizes sizes = new DeltaRuleSizes(2, 4, householders, 1, 2, 3, 2);
    INDArray[] in = DeltaCases.ruleInputs(1, DataType.DOUBLE, sizes, norm, gate, state);
    FiniteDifferences.check(
        DeltaUnits.rule(
            DeltaCases.rule(householders, norm, 0), Execution.REFERENCE, DataType.DOUBLE),
        in,
        DeltaCases.ruleOutputs(sizes),
        -1);
  }

  @Test
  void gradientsOfTheFullLayerAreThoseOfFiniteDifferences() {
    DeltaSpec spec =
        DeltaSpec.gatedDeltaProduct(4, 2, 2)
            .withValueHeads(4)
            .withValueSize(3)
            .withConvolutionWidth(3)
            .withConvolutionBias(true);
    checkLayer(spec, true);
    checkLayer(spec, false);
  }

  @Test
  void gradientsOfTheBareLayerAreThoseOfFiniteDifferences() {
    DeltaSpec spec =
        DeltaSpec.deltaProduct(4, 2, 3)
            .withLearnedBeta(false)
            .withQueryKeyActivation(Activation.ELU_PLUS_ONE)
            .withValueActivation(Activation.IDENTITY)
            .withQueryKeyNorm(QueryKeyNorm.SUM)
            .withOutputNorm(false);
    checkLayer(spec, false);
  }

  @Test
  void gradientsWithConvolutionOfOneTapAreThoseOfFiniteDifferences() {
    checkLayer(DeltaSpec.deltaNet(4, 2).withConvolutionWidth(1), true);
  }

  @Test
  void backwardWithoutForwardIsRefused() {
    LayerUnit unit =
        DeltaUnits.layer(
            new DeltaLayout(DeltaSpec.ofWidth(4, 2), 4, 4), Execution.REFERENCE, DataType.DOUBLE);
    assertThrows(
        IllegalStateException.class,
        () -> unit.backward(new INDArray[0], new INDArray[0], new INDArray[0]));
  }

  @Test
  void aWrongShapeIsNamedWithWhatIsAllowed() {
    DeltaRuleSizes sizes = new DeltaRuleSizes(2, 4, 2, 1, 2, 3, 2);
    INDArray[] in = DeltaCases.ruleInputs(1, DataType.DOUBLE, sizes, QueryKeyNorm.L2, false, false);
    in[DeltaRuleSizes.K] = Nd4j.create(DataType.DOUBLE, 2, 7, 1, 3);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                DeltaUnits.rule(
                        DeltaCases.rule(2, QueryKeyNorm.L2, 0),
                        Execution.REFERENCE,
                        DataType.DOUBLE)
                    .forward(in, new INDArray[2], false));
    assertEquals(
        "delta rule: k is [2, 7, 1, 3] of DOUBLE; allowed: [2, 8, 1, 3] of DOUBLE", e.getMessage());
  }

  private static void checkLayer(DeltaSpec spec, boolean masked) {
    DeltaLayout layout = new DeltaLayout(spec, 3, 2);
    INDArray[] in = DeltaCases.layerInputs(2, DataType.DOUBLE, layout, 2, 4, true);
    if (masked) {
      in[1] = Nd4j.createFromArray(new double[][] {{0, 1, 0, 1}, {1, 1, 1, 0}});
    }
    FiniteDifferences.check(
        DeltaUnits.layer(layout, Execution.REFERENCE, DataType.DOUBLE),
        in,
        DeltaCases.layerOutputs(layout, 2, 4),
        1);
  }
}
