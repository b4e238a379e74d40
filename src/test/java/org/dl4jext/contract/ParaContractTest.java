package org.dl4jext.contract;

import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.dl4jext.recurrent.cells.ParaGru;
import org.dl4jext.recurrent.cells.ParaLstm;
import org.dl4jext.samediff.cells.ParaEvaluation;
import org.junit.jupiter.api.Nested;

/** The layers with diagonal recurrence keep the promises. */
class ParaContractTest {

  /** One step after the other: the default. */
  @Nested
  class Gru extends SequenceLayerContract {
    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return new ParaGru.Builder().nOut(WIDTH);
    }
  }

  /** Newton iterations until nothing changes any more: steps have to equal the whole to 1e-10. */
  @Nested
  class GruByNewtonIterations extends SequenceLayerContract {
    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return new ParaGru.Builder()
          .nOut(WIDTH)
          .evaluation(ParaEvaluation.NEWTON)
          .maxIterations(8)
          .tolerance(1e-13);
    }
  }

  /** One step after the other: the default. */
  @Nested
  class Lstm extends SequenceLayerContract {
    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return new ParaLstm.Builder().nOut(WIDTH);
    }
  }

  /** As for the GRU. */
  @Nested
  class LstmByNewtonIterations extends SequenceLayerContract {
    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return new ParaLstm.Builder()
          .nOut(WIDTH)
          .evaluation(ParaEvaluation.NEWTON)
          .maxIterations(8)
          .tolerance(1e-13);
    }
  }
}
