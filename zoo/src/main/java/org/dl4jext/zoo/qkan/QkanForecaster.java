package org.dl4jext.zoo.qkan;

import java.util.function.IntFunction;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.recurrent.cells.FlashLstm;
import org.dl4jext.recurrent.qkan.QkanLstm;
import org.dl4jext.samediff.qkan.QkanAnsatz;
import org.dl4jext.samediff.qkan.QkanLstmSpec;
import org.dl4jext.samediff.qkan.QkanMeasure;
import org.dl4jext.samediff.qkan.QkanSpec;
import org.dl4jext.zoo.models.RecurrentZooModel;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * One-step forecasters of one series: a recurrent layer and a linear readout of its last output.
 *
 * <p>The networks of the benchmark, with Adam at 1e-2 on the mean squared error.
 */
public final class QkanForecaster extends RecurrentZooModel<MultiLayerNetwork> {

  private static final double RATE = 1e-2;

  private final IntFunction<BaseRecurrentLayer> layer;
  private final int hidden;
  private final long seed;

  private QkanForecaster(IntFunction<BaseRecurrentLayer> layer, int hidden, long seed) {
    super(1);
    this.layer = layer;
    this.hidden = requirePositive("hidden", hidden);
    this.seed = seed;
  }

  /** A QKAN-LSTM, or an HQKAN-LSTM, by its spec. */
  public static QkanForecaster of(QkanLstmSpec spec, int hidden, long seed) {
    return new QkanForecaster(
        channels -> new QkanLstm.Builder().nIn(channels).nOut(hidden).spec(spec).build(),
        hidden,
        seed);
  }

  /** The classical LSTM, to compare with; as many parameters as DL4J's. */
  public static QkanForecaster lstm(int hidden, long seed) {
    return new QkanForecaster(
        channels -> new FlashLstm.Builder().nIn(channels).nOut(hidden).build(), hidden, seed);
  }

  /** A small circuit without trainable pre- and postactivation: angles and base part alone. */
  public static QkanLstmSpec anglesAndBase(int reps, QkanMeasure measure) {
    return QkanLstmSpec.of(new QkanSpec(reps, QkanAnsatz.PZ, measure, false, false, true));
  }

  @Override
  protected MultiLayerNetwork network() {
    return new MultiLayerNetwork(
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .updater(new Adam(RATE))
            .list()
            .layer(new LastTimeStep(layer.apply(input(0))))
            .layer(
                new OutputLayer.Builder(LossFunction.MSE)
                    .activation(Activation.IDENTITY)
                    .nIn(hidden)
                    .nOut(1)
                    .build())
            .build());
  }
}
