package org.dl4jext.recurrent.block;

import java.util.List;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.dl4jext.recurrent.SequenceLayer;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The layer inside a residual block, for one size. */
sealed interface Branch permits SequenceBranch, StockBranch {

  /** Parameters of the layer, in order. */
  List<TensorShape> parameters();

  /** States of the layer, in order. */
  List<TensorShape> states();

  /** Whether the layer is causal. */
  boolean canStep();

  /** Fills one of the parameters. */
  void fill(TensorShape parameter, INDArray view);

  /** The layer as a unit; a new instance at every call. */
  LayerUnit unit(Execution execution, DataType dataType);

  /**
   * The branch of a block.
   *
   * @param layer never changed
   * @param size channels in and out
   * @param block gives a stock layer the activation and the weight initialisation that it lacks
   */
  static Branch of(BaseRecurrentLayer layer, long size, BaseLayer block) {
    return layer instanceof SequenceLayer<?> ours
        ? SequenceBranch.of(ours, size)
        : StockBranch.of(layer, size, block);
  }

  /** Refuses a layer that cannot stand in a block, or an option that would have no effect there. */
  static void requireSupported(BaseRecurrentLayer layer) {
    if (!(layer instanceof SequenceLayer) && !StockBranch.supports(layer)) {
      throw new IllegalArgumentException(
          "PreNormResidualSpec: layer is a "
              + layer.getClass().getName()
              + "; allowed: a SequenceLayer, LSTM, GravesLSTM or SimpleRnn");
    }
    if (layer.getWeightNoise() != null) {
      throw misplaced("weightNoise");
    }
    if (layer.getConstraints() != null && !layer.getConstraints().isEmpty()) {
      throw misplaced("constraints");
    }
  }

  private static IllegalArgumentException misplaced(String option) {
    return new IllegalArgumentException(
        "PreNormResidualSpec: " + option + " is set on the layer; allowed: on the block around it");
  }
}
