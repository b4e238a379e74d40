package org.dl4jext.contract;

import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.dl4jext.recurrent.qkan.QkanDense;

/** The feed-forward QKAN layer keeps the promises. */
class QkanDenseContractTest extends StatelessLayerContract {

  @Override
  public BaseRecurrentLayer.Builder<?> builder() {
    return new QkanDense.Builder().nOut(WIDTH).reps(2);
  }
}
