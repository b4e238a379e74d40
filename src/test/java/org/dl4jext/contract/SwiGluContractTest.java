package org.dl4jext.contract;

import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.dl4jext.recurrent.block.SwiGlu;

/** The gated feed-forward layer keeps the promises. */
class SwiGluContractTest extends StatelessLayerContract {

  @Override
  public BaseRecurrentLayer.Builder<?> builder() {
    return new SwiGlu.Builder().nOut(WIDTH).hiddenSize(24);
  }
}
