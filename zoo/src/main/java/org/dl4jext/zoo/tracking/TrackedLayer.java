package org.dl4jext.zoo.tracking;

import org.dl4jext.recurrent.SequenceLayer;
import org.dl4jext.recurrent.cells.FlashGru;
import org.dl4jext.recurrent.cells.FlashLstm;
import org.dl4jext.recurrent.cells.FlashRnn;
import org.dl4jext.recurrent.cells.ParaGru;
import org.dl4jext.recurrent.cells.ParaLstm;
import org.dl4jext.recurrent.cells.SLstm;
import org.dl4jext.recurrent.delta.DeltaProduct;
import org.dl4jext.samediff.delta.DeltaSpec;
import org.dl4jext.zoo.catalogue.Labels;

/** The recurrent layers that a state-tracking run can train. */
public enum TrackedLayer {
  /** {@link DeltaProduct} without convolution and gates. */
  DELTA_PRODUCT,
  /** {@link FlashLstm}. */
  LSTM,
  /** {@link SLstm}. */
  SLSTM,
  /** {@link FlashGru}. */
  GRU,
  /** {@link FlashRnn}. */
  RNN,
  /** {@link ParaGru}. */
  PARA_GRU,
  /** {@link ParaLstm}. */
  PARA_LSTM;

  /** The layer that the options describe, as wide as the residual stream. */
  SequenceLayer<?> build(TrackingOptions options) {
    int heads = options.heads();
    SequenceLayer.Builder<?, ?> builder =
        switch (this) {
          case DELTA_PRODUCT -> new DeltaProduct.Builder().spec(deltaSpec(options));
          case LSTM -> new FlashLstm.Builder().heads(heads);
          case SLSTM -> new SLstm.Builder().heads(heads);
          case GRU -> new FlashGru.Builder().heads(heads);
          case RNN -> new FlashRnn.Builder().heads(heads);
          case PARA_GRU -> new ParaGru.Builder().heads(heads);
          case PARA_LSTM -> new ParaLstm.Builder().heads(heads);
        };
    return builder.nIn(options.width()).nOut(options.width()).build();
  }

  /** The name on the command line, that of {@link org.dl4jext.zoo.catalogue.NamedLayer}. */
  @Override
  public String toString() {
    return Labels.of(this);
  }

  private static DeltaSpec deltaSpec(TrackingOptions options) {
    return DeltaSpec.deltaProduct(
            options.heads() * options.headSize(), options.heads(), options.householders())
        .withEigenvalueRange(options.eigenvalueRange());
  }
}
