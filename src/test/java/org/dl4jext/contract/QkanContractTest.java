package org.dl4jext.contract;

import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.dl4jext.recurrent.qkan.QkanLstm;
import org.dl4jext.samediff.qkan.QkanAnsatz;
import org.dl4jext.samediff.qkan.QkanLstmSpec;
import org.dl4jext.samediff.qkan.QkanMeasure;
import org.dl4jext.samediff.qkan.QkanSpec;
import org.junit.jupiter.api.Nested;

/** The QKAN-LSTM keeps the promises: each ansatz and measure, plain and hybrid. */
class QkanContractTest {

  private static QkanLstm.Builder plain(QkanAnsatz ansatz, QkanMeasure measure) {
    return new QkanLstm.Builder()
        .nOut(LayerUnderTest.WIDTH)
        .reps(1)
        .ansatz(ansatz)
        .measure(measure);
  }

  /** The default circuit and measure. */
  @Nested
  class PzExpectation extends SequenceLayerContract {
    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return plain(QkanAnsatz.PZ, QkanMeasure.EXPECTATION);
    }
  }

  /** The measure of the reference library, and no trainable parts but angles and base. */
  @Nested
  class PzFast extends SequenceLayerContract {
    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return new QkanLstm.Builder()
          .nOut(WIDTH)
          .spec(
              QkanLstmSpec.of(
                  new QkanSpec(1, QkanAnsatz.PZ, QkanMeasure.FAST, false, false, true)));
    }
  }

  /** No Rz but the encodings. */
  @Nested
  class RpzExpectation extends SequenceLayerContract {
    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return plain(QkanAnsatz.RPZ, QkanMeasure.EXPECTATION);
    }
  }

  /**
   * Real amplitudes, without the base part: with it, two such layers start so far in saturation
   * that a step has no effect in float.
   */
  @Nested
  class RealExpectation extends SequenceLayerContract {
    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return new QkanLstm.Builder()
          .nOut(WIDTH)
          .spec(
              QkanLstmSpec.of(
                  new QkanSpec(1, QkanAnsatz.REAL, QkanMeasure.EXPECTATION, true, true, false)));
    }
  }

  /** Encoder, latent QKAN and decoder for each gate. */
  @Nested
  class Hybrid extends SequenceLayerContract {
    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return new QkanLstm.Builder().nOut(WIDTH).latent(2, 3);
    }
  }

  /** One codec for all gates, and the other measure. */
  @Nested
  class HybridWithSharedCodec extends SequenceLayerContract {
    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return new QkanLstm.Builder()
          .nOut(WIDTH)
          .latent(2, 2)
          .sharedCodec(true)
          .measure(QkanMeasure.FAST);
    }
  }
}
