package org.dl4jext.zoo.shipped;

import java.util.Map;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.recurrent.training.AdamW;
import org.dl4jext.samediff.plstm.PlstmGateWeights;
import org.dl4jext.zoo.models.StoredModel;
import org.dl4jext.zoo.plstm.ArrowRun;
import org.dl4jext.zoo.plstm.Classification;
import org.dl4jext.zoo.plstm.DigitsRun;
import org.dl4jext.zoo.plstm.PlstmVis;

/** Shipped models of pictures. */
final class VisionModels {

  private static final int CELLS = 8;
  private static final int PICTURES = 250;
  private static final AdamW UPDATER = new AdamW(1e-3, 0.01);

  private VisionModels() {}

  /** pLSTM-Vis that tells whether an arrow points into a circle. */
  static ShippedModel arrow(String name, int steps, long seed) {
    return new ShippedModel(
        name,
        "arrow pointing on 8 x 8 cells",
        seed,
        () -> vision(new Classification(ArrowRun.CHANNELS, 2, UPDATER, seed)),
        listener -> {
          int[] none = {};
          ArrowRun run =
              ArrowRun.train(VisionModels::vision, steps, CELLS, none, seed, listener::step);
          return StoredModel.of(run.network(), Map.of());
        },
        (model, from) -> {
          MultiLayerNetwork network = model.network();
          return Metric.mean(
              "accuracy on 8 x 8 cells",
              true,
              PICTURES,
              from,
              part -> ArrowRun.accuracy(network, CELLS, PICTURES, part));
        });
  }

  private static PlstmVis vision(Classification task) {
    return PlstmVis.tiny(CELLS, task).withGateWeights(PlstmGateWeights.NONE);
  }

  /** pLSTM over the pixels of handwritten digits; the test pictures are always the same. */
  static ShippedModel digits(String name, int epochs, long seed) {
    return new ShippedModel(
        name,
        "handwritten digits of 8 x 8 pixels, as sequences of 64 steps",
        seed,
        () -> DigitsRun.model(DigitsRun.Layer.PLSTM, UPDATER, seed),
        listener -> {
          DigitsRun run =
              DigitsRun.train(
                  DigitsRun.Layer.PLSTM, BundledData.digits(), epochs, seed, listener::step);
          return StoredModel.of(run.network(), Map.of());
        },
        (model, ignored) -> {
          double accuracy = DigitsRun.accuracy(model.network(), BundledData.digits(), false);
          return Metric.fixed("accuracy on the test pictures", accuracy, true);
        });
  }
}
