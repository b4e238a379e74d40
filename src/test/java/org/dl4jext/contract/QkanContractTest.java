package org.dl4jext.contract;

import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.dl4jext.recurrent.qkan.QkanLstm;
import org.dl4jext.samediff.qkan.QkanAnsatz;
import org.dl4jext.samediff.qkan.QkanLstmSpec;
import org.dl4jext.samediff.qkan.QkanMeasure;
import org.dl4jext.samediff.qkan.QkanSpec;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

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
  @Tag("slow")
  class RpzExpectation extends SequenceLayerContract {
    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return plain(QkanAnsatz.RPZ, QkanMeasure.EXPECTATION);
    }
  }

  /**
   * Real amplitudes. Of width 8 two such layers start so far in saturation that a step changes the
   * output by 1e-11, which float does not hold.
   */
  @Nested
  class RealExpectation extends SequenceLayerContract {
    @Override
    public int width() {
      return 2;
    }

    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return plain(QkanAnsatz.REAL, QkanMeasure.EXPECTATION).nOut(width());
    }
  }

  /** Real amplitudes with the measure of the reference library, and no base part. */
  @Nested
  @Tag("slow")
  class RealFast extends SequenceLayerContract {
    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return new QkanLstm.Builder()
          .nOut(WIDTH)
          .spec(
              QkanLstmSpec.of(
                  new QkanSpec(1, QkanAnsatz.REAL, QkanMeasure.FAST, true, true, false)));
    }
  }

  /** No Rz but the encodings, and the measure of the reference library. */
  @Nested
  @Tag("slow")
  class RpzFast extends SequenceLayerContract {
    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return plain(QkanAnsatz.RPZ, QkanMeasure.FAST);
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
  @Tag("slow")
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
