package org.dl4jext.zoo.sweep;

import java.util.Map;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.datasets.Digits;
import org.dl4jext.recurrent.SequenceLayer;
import org.dl4jext.recurrent.training.AdamW;
import org.dl4jext.zoo.catalogue.NamedLayer;
import org.dl4jext.zoo.plstm.Classification;
import org.dl4jext.zoo.plstm.DigitsRun;
import org.dl4jext.zoo.plstm.PlstmSequenceClassifier;
import org.dl4jext.zoo.shipped.BundledData;

/**
 * Sweeps over handwritten digits as sequences of 64 steps. The score is measured on a quarter of
 * the training pictures, which does not train; the test pictures are not looked at.
 *
 * @param digits pictures that train, and pictures that are scored
 * @param epochs passes over the pictures in full
 */
record DigitsSweep(Digits digits, int epochs) implements LayerSweep {

  private static final double TRAIN_SHARE = 0.75;
  private static final long SPLIT_SEED = 0x5EEDL;

  /** The sweep that a space file asks for. */
  static DigitsSweep of(SpaceSettings settings) {
    int epochs = settings.whole("epochs", 20, 1, 100_000);
    return new DigitsSweep(BundledData.digits().withinTraining(TRAIN_SHARE, SPLIT_SEED), epochs);
  }

  @Override
  public String title() {
    return "handwritten digits";
  }

  @Override
  public String scoreName() {
    return "accuracy on the validation pictures";
  }

  @Override
  public boolean minimize() {
    return false;
  }

  @Override
  public NamedLayer usualLayer() {
    return NamedLayer.PLSTM;
  }

  @Override
  public int usualWidth() {
    return 32;
  }

  @Override
  public double usualRate() {
    return 4e-3;
  }

  @Override
  public Outcome train(Map<String, Object> values, long seed, double share, Watch watch) {
    SequenceLayer<?> layer = layer(values);
    int steps = DigitsRun.steps(digits, epochs);
    AdamW updater = DigitsRun.updater(rate(values), steps);
    Classification task = new Classification(1, Digits.CLASSES, updater, seed);
    MultiLayerNetwork network = new PlstmSequenceClassifier(layer, 1, task).init();
    return new NetworkTraining(
            network,
            steps,
            listener ->
                DigitsRun.fit(
                    network,
                    digits,
                    false,
                    epochs,
                    seed,
                    (step, of, loss) -> listener.step(step, -loss)),
            () -> DigitsRun.accuracy(network, digits, false))
        .run(share, watch, Map.of("task", title(), "parameters", values));
  }
}
