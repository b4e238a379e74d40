package org.dl4jext.contract;

import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.dl4jext.recurrent.cells.FlashGru;
import org.dl4jext.recurrent.cells.FlashLstm;
import org.dl4jext.recurrent.cells.FlashRnn;
import org.dl4jext.recurrent.cells.SLstm;
import org.dl4jext.samediff.cells.CellActivation;
import org.junit.jupiter.api.Nested;

/** The layers around head-wise cells keep the promises. */
class HeadwiseContractTest {

  /** One head: the classical cell. */
  @Nested
  class Lstm extends SequenceLayerContract {
    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return new FlashLstm.Builder().nOut(WIDTH);
    }
  }

  /** Heads and the other activations. */
  @Nested
  class LstmOfTwoHeads extends SequenceLayerContract {
    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return new FlashLstm.Builder()
          .nOut(WIDTH)
          .heads(2)
          .forgetBias(2)
          .cellActivation(CellActivation.SOFTSIGN);
    }
  }

  /** Gates with corners, whose start is away from them. */
  @Nested
  class LstmOfHardGates extends SequenceLayerContract {
    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return new FlashLstm.Builder()
          .nOut(WIDTH)
          .gateActivation(CellActivation.HARD_SIGMOID)
          .forgetBias(0.5);
    }
  }

  /** One head: the classical cell. */
  @Nested
  class GruOfOneHead extends SequenceLayerContract {
    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return new FlashGru.Builder().nOut(WIDTH);
    }
  }

  /** Four heads and another activation. */
  @Nested
  class ElmanOfFourHeads extends SequenceLayerContract {
    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return new FlashRnn.Builder().nOut(WIDTH).heads(4).cellActivation(CellActivation.SOFTSIGN);
    }
  }

  /** One head, deep in its network. */
  @Nested
  class SlstmOfOneHead extends SequenceLayerContract {
    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return new SLstm.Builder().nOut(WIDTH).depth(1);
    }
  }

  /** Two heads. */
  @Nested
  class Gru extends SequenceLayerContract {
    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return new FlashGru.Builder().nOut(WIDTH).heads(2);
    }
  }

  /** One head. */
  @Nested
  class Elman extends SequenceLayerContract {
    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return new FlashRnn.Builder().nOut(WIDTH);
    }
  }

  /** Two heads; four states. */
  @Nested
  class Slstm extends SequenceLayerContract {
    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return new SLstm.Builder().nOut(WIDTH).heads(2);
    }
  }
}
