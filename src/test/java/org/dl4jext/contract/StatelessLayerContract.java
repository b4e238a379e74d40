package org.dl4jext.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

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

  /** For a layer whose output has the size of its input. */
  static void assertKeepsTheFormat(TestNet net) {
    INDArray x = net.input(3, 7, 1);
    assertArrayEquals(x.shape(), net.activations(x, null).shape());
  }
}
