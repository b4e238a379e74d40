package org.dl4jext.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jext.recurrent.universal.UniversalTransformer;
import org.dl4jext.recurrent.universal.UniversalTransformerRuntime;
import org.dl4jext.samediff.universal.HaltingRecord;
import org.dl4jext.samediff.universal.Padding;
import org.dl4jext.samediff.universal.UniversalSpec;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;

/** What halting adds to a network: ponder cost, early exit, caches with a limit, dropout. */
class UniversalHaltingTest {

  private static UniversalTransformer.Builder builder(Map<String, ?> options) {
    UniversalSpec spec =
        UniversalSpec.ofHeads(2)
            .with(Map.of("innerSize", 6, "maxSteps", 4, "haltingBias", -0.5, "ponderWeight", 0.3));
    return new UniversalTransformer.Builder().nOut(LayerUnderTest.WIDTH).spec(spec.with(options));
  }

  private static TestNet net(Map<String, ?> options, double l2) {
    return TestNet.of(
        Variant.PLAIN, () -> builder(options).l2(l2).build(), b -> b.updater(new NoOp()));
  }

  private static HaltingRecord halting(TestNet net) {
    return ((UniversalTransformerRuntime) net.layer(0)).halting();
  }

  private static DataSet data(TestNet net, INDArray mask) {
    return new DataSet(net.input(3, 7, 1), net.labels(3, 7, 2), mask, mask);
  }

  @Test
  void theScoreIsDataLossAndRegularisationAndPonderCost() {
    INDArray mask = LayerUnderTest.mask();
    TestNet plain = net(Map.of("ponderWeight", 0.0), 0);
    TestNet decayed = net(Map.of("ponderWeight", 0.0), 0.2);
    TestNet both = net(Map.of(), 0.2);
    decayed.params().assign(plain.params());
    both.params().assign(plain.params());
    double loss = plain.score(data(plain, mask));
    double regularisation = decayed.score(data(decayed, mask)) - loss;
    double score = both.score(data(both, mask));
    HaltingRecord record = halting(both);
    double ponder = 0;
    for (int n = 0; n < 3; n++) {
      double sum = 0;
      for (int t = 0; t < 7; t++) {
        sum += record.steps()[n * 7 + t] + record.remainders()[n * 7 + t];
      }
      ponder += sum / mask.slice(n).sumNumber().doubleValue() / 3;
    }
    assertTrue(regularisation > 0.01 && ponder > 1);
    assertEquals(loss + regularisation + 0.3 * ponder, score, 1e-10);
  }

  @Test
  void gradientsOfThePonderCostAreExactWithRegularisation() {
    for (INDArray mask : new INDArray[] {null, LayerUnderTest.mask()}) {
      GradientPromises.assertGradients(net(Map.of(), 0.2), mask);
      GradientPromises.assertGradients(net(Map.of("causal", true), 0.2), mask);
    }
  }

  /** A later step writes into the caches where they are: the state that it began with is gone. */
  @Test
  void aBackwardPassAfterAStepIsRefused() {
    SingleLayer layer = new SingleLayer(net(Map.of("causal", true), 0));
    INDArray x = Nd4j.rand(DataType.DOUBLE, 3, TestNet.INPUTS, 2);
    layer.recurrent().rnnTimeStep(x, LayerWorkspaceMgr.noWorkspaces());
    INDArray y = layer.recurrent().rnnTimeStep(x, LayerWorkspaceMgr.noWorkspaces()).dup();
    String message =
        assertThrows(IllegalStateException.class, () -> layer.backward(y)).getMessage();
    assertTrue(message.contains("no backward pass after rnnTimeStep"), message);
    layer.forward(x, null, true);
    layer.backward(y);
  }

  @Test
  void paddingDoesNotPonder() {
    TestNet net = net(Map.of(), 0);
    INDArray mask = LayerUnderTest.mask();
    net.activations(net.input(3, 7, 1), mask);
    HaltingRecord record = halting(net);
    for (int i = 0; i < 21; i++) {
      boolean valid = mask.getDouble(i / 7, i % 7) != 0;
      assertEquals(valid, record.steps()[i] > 0);
      assertTrue(valid || record.remainders()[i] == 0);
    }
  }

  @Test
  void computationEndsWhereAllHaveHalted() {
    TestNet net = net(Map.of(), 0);
    TestNet eager = net(Map.of("haltingBias", 8.0), 0);
    INDArray x = net.input(3, 7, 1);
    net.output(x);
    assertTrue(halting(net).computedSteps() > 1);
    eager.params().assign(net.params());
    eager.layer(0).getParam("bp").assign(8);
    eager.layer(0).getParam("Wp").assign(0);
    eager.output(x);
    assertEquals(1, halting(eager).computedSteps());
    assertEquals(1, halting(eager).meanSteps());
  }

  @Test
  void aFullCacheIsRefusedAndKeepsItsState() {
    TestNet net = net(Map.of("causal", true, "maxLength", 5), 0);
    INDArray x = net.input(3, 9, 1);
    net.output(x);
    net.timeStep(net.steps(x, 0, 4));
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> net.timeStep(net.steps(x, 4, 6)));
    RefusalPromises.assertMessage(e, "hold 5 positions", "4 are taken", "SLIDE", "clear");
    INDArray y = net.timeStep(net.steps(x, 4, 5));
    ArrayAssertions.assertClose(net.steps(net.output(x), 4, 5), y, 1e-10);
  }

  @Test
  void dropoutActsInTrainingAlone() {
    for (String rate : new String[] {"attentionDropout", "transitionDropout", "residualDropout"}) {
      TestNet net = net(Map.of(rate, 0.5), 0);
      SingleLayer layer = new SingleLayer(net);
      INDArray x = net.input(3, 7, 1);
      INDArray quiet = layer.forward(x, null, false).dup();
      ArrayAssertions.assertBitEqual(quiet, layer.forward(x, null, false));
      INDArray one = layer.forward(x, null, true).dup();
      assertFalse(ArrayAssertions.bitEqual(quiet, one));
      assertFalse(ArrayAssertions.bitEqual(one, layer.forward(x, null, true)));
    }
  }

  @Test
  void wrongSizesAndPaddingAreRefused() {
    RefusalPromises.assertMessage(
        assertThrows(RuntimeException.class, () -> builder(Map.of("heads", 3)).nIn(3).build()),
        "UniversalTransformer",
        "multiple of heads (3)");
    RefusalPromises.assertMessage(
        assertThrows(
            RuntimeException.class,
            () -> builder(Map.of("padding", Padding.COMPUTED)).nIn(3).build()),
        "padding",
        "COMPUTED",
        "ABSENT");
  }
}
