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

/** The recurrent layers that a state-tracking run can train. */
public enum TrackedLayer {
  /** {@link DeltaProduct} without convolution and gates. */
  DELTA_PRODUCT {
    @Override
    SequenceLayer<?> build(TrackingOptions options) {
      DeltaSpec spec =
          DeltaSpec.deltaProduct(
                  options.heads() * options.headSize(), options.heads(), options.householders())
              .withEigenvalueRange(options.eigenvalueRange());
      return new DeltaProduct.Builder()
          .nIn(options.width())
          .nOut(options.width())
          .spec(spec)
          .build();
    }
  },
  /** {@link FlashLstm}. */
  LSTM {
    @Override
    SequenceLayer<?> build(TrackingOptions options) {
      int width = options.width();
      return new FlashLstm.Builder().nIn(width).nOut(width).heads(options.heads()).build();
    }
  },
  /** {@link SLstm}. */
  SLSTM {
    @Override
    SequenceLayer<?> build(TrackingOptions options) {
      int width = options.width();
      return new SLstm.Builder().nIn(width).nOut(width).heads(options.heads()).build();
    }
  },
  /** {@link FlashGru}. */
  GRU {
    @Override
    SequenceLayer<?> build(TrackingOptions options) {
      int width = options.width();
      return new FlashGru.Builder().nIn(width).nOut(width).heads(options.heads()).build();
    }
  },
  /** {@link FlashRnn}. */
  RNN {
    @Override
    SequenceLayer<?> build(TrackingOptions options) {
      int width = options.width();
      return new FlashRnn.Builder().nIn(width).nOut(width).heads(options.heads()).build();
    }
  },
  /** {@link ParaGru}. */
  PARA_GRU {
    @Override
    SequenceLayer<?> build(TrackingOptions options) {
      int width = options.width();
      return new ParaGru.Builder().nIn(width).nOut(width).heads(options.heads()).build();
    }
  },
  /** {@link ParaLstm}. */
  PARA_LSTM {
    @Override
    SequenceLayer<?> build(TrackingOptions options) {
      int width = options.width();
      return new ParaLstm.Builder().nIn(width).nOut(width).heads(options.heads()).build();
    }
  };

  /** The layer that the options describe, as wide as the residual stream. */
  abstract SequenceLayer<?> build(TrackingOptions options);
}
