package org.dl4jext.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jext.recurrent.delta.DeltaProduct;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A single step goes through the step kernel, and keeps the promises of every other pass. */
class SingleStepTest {

  private final SingleLayer layer =
      new SingleLayer(
          TestNet.of(
              Variant.PLAIN,
              () -> new DeltaProduct.Builder().nOut(LayerUnderTest.WIDTH).heads(2).build()));

  private INDArray step(INDArray x) {
    return layer.recurrent().rnnTimeStep(x, LayerWorkspaceMgr.noWorkspaces());
  }

  private Map<String, INDArray> state() {
    return layer.recurrent().rnnGetPreviousState();
  }

  private static INDArray input(int batch) {
    return Nd4j.rand(DataType.DOUBLE, batch, TestNet.INPUTS, 1);
  }

  @Test
  void anotherBatchIsRefusedAndTheStateStays() {
    step(input(3));
    step(input(3));
    String message = assertThrows(IllegalStateException.class, () -> step(input(2))).getMessage();
    assertTrue(message.contains("minibatch of 3") && message.contains("2 examples"), message);
    Map<String, INDArray> before = state();
    assertThrows(IllegalStateException.class, () -> step(input(2)));
    state().forEach((name, value) -> ArrayAssertions.assertBitEqual(before.get(name), value));
  }

  @Test
  void aMaskedStepLeavesTheStateAndGivesZero() {
    step(input(3));
    Map<String, INDArray> before = state();
    layer.layer().setMaskArray(Nd4j.createFromArray(new double[][] {{1}, {0}, {1}}));
    INDArray y = step(input(3));
    assertEquals(0, y.slice(1).ameanNumber().doubleValue());
    assertTrue(y.slice(0).ameanNumber().doubleValue() > 0);
    state()
        .forEach(
            (name, value) -> {
              ArrayAssertions.assertBitEqual(before.get(name).slice(1), value.slice(1));
              assertFalse(
                  ArrayAssertions.bitEqual(before.get(name).slice(0), value.slice(0)), name);
            });
  }

  /** The kernel has overwritten the states that the step began with. */
  @Test
  void aBackwardPassAfterAStepIsRefused() {
    INDArray x = input(3);
    INDArray y = step(x).dup();
    String message =
        assertThrows(IllegalStateException.class, () -> layer.backward(y)).getMessage();
    assertTrue(message.contains("no backward pass after rnnTimeStep"), message);
    layer.forward(x, null, true);
    layer.backward(y);
  }
}
