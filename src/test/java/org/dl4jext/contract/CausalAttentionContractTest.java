package org.dl4jext.contract;

import static org.junit.jupiter.api.Assertions.assertThrows;

import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.dl4jext.zoo.memory.CausalAttention;
import org.dl4jext.zoo.memory.CausalAttentionSpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The attention that memory caching is compared with is causal, heeds masks, and cannot step. */
@Tag("slow") // a SameDiff graph
class CausalAttentionContractTest implements GradientPromises, MaskPromises, CausalityPromises {

  @Override
  public BaseRecurrentLayer.Builder<?> builder() {
    return new CausalAttention.Builder().nOut(WIDTH).spec(new CausalAttentionSpec(4, 6));
  }

  /** There are no states to carry. */
  @Test
  @Override
  public void aMaskedSequenceEqualsTheSequenceWithoutItsMaskedSteps() {
    NonCausalLayerContract.assertSkipsMaskedSteps(net(Variant.PLAIN));
  }

  @Test
  @Override
  public void aRowWithoutValidStepsIsFiniteAndKeepsItsState() {
    NonCausalLayerContract.assertFiniteWithoutValidSteps(net(Variant.PLAIN));
  }

  @Test
  void steppingIsRefused() {
    TestNet net = net(Variant.PLAIN);
    RefusalPromises.assertMessage(
        assertThrows(UnsupportedOperationException.class, () -> net.timeStep(net.input(3, 1, 1))),
        "CausalAttention",
        "rnnTimeStep");
  }
}
