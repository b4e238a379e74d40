package org.dl4jext.contract;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The promises of a layer that treats each step by itself; it has no state to carry. */
abstract class StatelessLayerContract extends SequenceLayerContract {

  /** A step gives the same before and after others, and there is nothing to save. */
  @Test
  @Override
  public void clearedStatesStartAnew() {
    TestNet net = net(Variant.PLAIN);
    INDArray x = net.input(3, 4, 1);
    INDArray first = net.timeStep(x).dup();
    ArrayAssertions.assertBitEqual(first, net.timeStep(x));
    assertTrue(net.recurrent(0).rnnGetPreviousState().isEmpty());
  }

  /** The batch may change from step to step. */
  @Test
  @Override
  public void badInputIsRefusedBeforeAnyStateChanges() {
    TestNet net = net(Variant.PLAIN);
    INDArray wrong = Nd4j.create(DataType.DOUBLE, 3, TestNet.INPUTS + 1, 2);
    RefusalPromises.assertMessage(
        assertThrows(DL4JInvalidInputException.class, () -> net.timeStep(wrong)),
        "[3, 4, 2]",
        "nIn = 3");
    net.timeStep(net.input(3, 1, 1));
    net.timeStep(net.input(2, 1, 1));
  }

  /** Steps are independent: the activations of one step alone are those in the sequence. */
  @Test
  void eachStepStandsByItself() {
    TestNet net = net(Variant.PLAIN);
    INDArray x = net.input(3, 7, 1);
    INDArray all = net.activations(x, null).dup();
    for (int t = 0; t < 7; t++) {
      ArrayAssertions.assertClose(
          net.steps(all, t, t + 1), net.activations(net.steps(x, t, t + 1), null), 1e-12);
    }
  }
}
