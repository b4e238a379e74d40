package org.dl4jext.contract;

import java.util.Map;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.dl4jext.recurrent.plstm.Plstm;
import org.dl4jext.samediff.plstm.PlstmGateWeights;
import org.dl4jext.samediff.plstm.PlstmSpec;
import org.junit.jupiter.api.Nested;

/** pLSTM on sequences keeps the promises. */
class PlstmContractTest {

  /** Scalar gates behind a convolution. */
  @Nested
  class Scalar extends SequenceLayerContract {
    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return new Plstm.Builder().nOut(WIDTH).heads(2).headSize(3);
    }
  }

  /** Matrix transitions, two keys, no convolution, and constant gates but for the transition. */
  @Nested
  class StateTracking extends SequenceLayerContract {
    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return new Plstm.Builder()
          .nOut(WIDTH)
          .spec(
              PlstmSpec.of(2, 2)
                  .withStateTracking(2)
                  .with(
                      Map.of(
                          "keys", 2,
                          "convolution", 0,
                          "gateWeights", PlstmGateWeights.TRANSITION)));
    }
  }
}
