package org.dl4jext.zoo.plstm;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.datasets.Digits;
import org.dl4jext.recurrent.training.AdamW;
import org.dl4jext.recurrent.training.GlobalNormClipping;
import org.dl4jext.recurrent.training.WarmupCosineSchedule;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Handwritten digits of 8 x 8 pixels, as sequences of 64 steps or as images.
 *
 * @param network the trained model
 * @param accuracy share of right answers on the test pictures
 * @param seconds of training
 */
public record DigitsRun(MultiLayerNetwork network, double accuracy, double seconds) {

  private static final int BATCH = 32;
  private static final double RATE = 4e-3;
  private static final double WEIGHT_DECAY = 0.01;
  private static final int WIDEST = 128;

  /** The layers that can be compared. */
  public enum Layer {
    /** pLSTM over 64 steps. */
    PLSTM,
    /** pLSTM on images: one block of pLSTM-Vis. */
    PLSTM_2D,
    /** DL4J's LSTM over 64 steps. */
    LSTM,
    /** Gated DeltaProduct over 64 steps. */
    DELTA_PRODUCT
  }

  /** Hears how training goes. */
  @FunctionalInterface
  public interface Listener {
    /** After each step. */
    void step(int step, int steps, double loss);
  }

  /**
   * Trains and tests; the same arguments give the same numbers.
   *
   * @param epochs passes over the training pictures
   */
  public static DigitsRun train(
      Layer layer, Digits digits, int epochs, long seed, Listener listener) {
    long start = System.nanoTime();
    boolean images = layer == Layer.PLSTM_2D;
    List<DataSet> batches =
        (images ? digits.trainImages() : digits.trainSequences()).batchBy(BATCH);
    int steps = steps(digits, epochs);
    WarmupCosineSchedule schedule =
        WarmupCosineSchedule.ofIterations(RATE, Math.max(1, steps / 15), steps);
    MultiLayerNetwork network = network(layer, new AdamW(schedule, WEIGHT_DECAY), seed);
    network.addListeners(new GlobalNormClipping(1));
    Random random = new Random(seed);
    int step = 0;
    for (int epoch = 0; epoch < epochs; epoch++) {
      Collections.shuffle(batches, random);
      for (DataSet batch : batches) {
        network.fit(batch);
        listener.step(++step, steps, network.score());
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    DataSet test = images ? digits.testImages() : digits.testSequences();
    Evaluation evaluation = new Evaluation();
    for (DataSet batch : test.batchBy(BATCH)) {
      evaluation.eval(batch.getLabels(), network.output(batch.getFeatures()));
    }
    return new DigitsRun(network, evaluation.accuracy(), seconds);
  }

  /** Training steps of so many passes over the training pictures. */
  public static int steps(Digits digits, int epochs) {
    return epochs * ((digits.trainSize() + BATCH - 1) / BATCH);
  }

  /** A network of about as many parameters as that of pLSTM with width 32. */
  static MultiLayerNetwork network(Layer layer, AdamW updater, long seed) {
    if (layer == Layer.PLSTM_2D) {
      return PlstmVis.tiny().build(1, Digits.SIZE, Digits.CLASSES, updater, seed);
    }
    PlstmSequenceClassifier.Recurrence recurrence =
        PlstmSequenceClassifier.Recurrence.valueOf(layer.name());
    long wanted =
        new PlstmSequenceClassifier(PlstmSequenceClassifier.Recurrence.PLSTM, 32, 1)
            .build(1, Digits.CLASSES, updater, seed)
            .numParams();
    MultiLayerNetwork closest = null;
    for (int width = 4; width <= WIDEST; width += 4) {
      MultiLayerNetwork network =
          new PlstmSequenceClassifier(recurrence, width, 1).build(1, Digits.CLASSES, updater, seed);
      boolean closer =
          closest == null
              || Math.abs(network.numParams() - wanted) < Math.abs(closest.numParams() - wanted);
      closest = closer ? network : closest;
      if (network.numParams() > 2 * wanted) {
        break;
      }
    }
    return closest;
  }
}
