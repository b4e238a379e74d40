package org.dl4jext.contract;

import java.util.Map;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.dl4jext.recurrent.plstm.Plstm2D;
import org.dl4jext.recurrent.plstm.PlstmVisBlock;
import org.dl4jext.samediff.plstm.PlstmChirality;
import org.dl4jext.samediff.plstm.PlstmGateWeights;
import org.dl4jext.samediff.plstm.PlstmGridSpec;
import org.dl4jext.samediff.plstm.PlstmMode;
import org.dl4jext.samediff.plstm.PlstmVisSpec;
import org.junit.jupiter.api.Nested;

/** pLSTM on images keeps the promises: both modes, and the block of the vision model. */
class Plstm2DContractTest {

  /** Propagation. */
  @Nested
  class Propagation extends GridLayerContract {
    @Override
    Layer layer() {
      return new Plstm2D.Builder().nOut(CHANNELS).heads(2).headSize(3).build();
    }
  }

  /** Diffusion with matrix transitions that turn the other way. */
  @Nested
  class Diffusion extends GridLayerContract {
    @Override
    Layer layer() {
      return new Plstm2D.Builder()
          .nOut(CHANNELS)
          .spec(
              PlstmGridSpec.of(PlstmMode.D, 1, 3)
                  .with(
                      Map.of(
                          "chirality", PlstmChirality.RIGHT,
                          "stateSize", 2,
                          "values", 2,
                          "outputs", 2)))
          .build();
    }
  }

  /** The block, with gates that depend on the input in their transitions only. */
  @Nested
  class Block extends GridLayerContract {
    @Override
    Layer layer() {
      return new PlstmVisBlock.Builder()
          .nOut(CHANNELS)
          .spec(PlstmVisSpec.of(2, 2).withGateWeights(PlstmGateWeights.TRANSITION))
          .build();
    }
  }
}
