package org.dl4jext.recurrent.cells;

import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.recurrent.LayerConversion;

/**
 * Replaces every stock LSTM of a network by a {@link FlashLstm}, as {@link LayerConversion} does
 * it.
 *
 * <p>Outputs of the converted network differ by rounding only, except where masks are used: the
 * stock LSTM ignores a mask of its features, {@link FlashLstm} follows it. LSTMs with peepholes
 * (GravesLSTM) stay as they are. The given network is not changed.
 */
public final class LstmConversion {

  private static final LayerConversion<LSTM> CONVERSION =
      new LayerConversion<>(LSTM.class, FlashLstm::from);

  private LstmConversion() {}

  /** Number of stock LSTMs in a network's configuration. */
  public static int count(MultiLayerNetwork network) {
    return CONVERSION.count(network);
  }

  /** Number of stock LSTMs in a network's configuration. */
  public static int count(ComputationGraph network) {
    return CONVERSION.count(network);
  }

  /**
   * Converts a network.
   *
   * @param network initialised
   * @return a new network; listeners are not taken over
   * @throws org.deeplearning4j.exception.DL4JInvalidConfigException if an LSTM has an activation
   *     without counterpart
   */
  public static MultiLayerNetwork convert(MultiLayerNetwork network) {
    return CONVERSION.convert(network);
  }

  /** Converts a network; see {@link #convert(MultiLayerNetwork)}. */
  public static ComputationGraph convert(ComputationGraph network) {
    return CONVERSION.convert(network);
  }
}
