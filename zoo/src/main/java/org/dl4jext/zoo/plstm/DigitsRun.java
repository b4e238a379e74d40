package org.dl4jext.zoo.plstm;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.datasets.Digits;
import org.dl4jext.recurrent.training.AdamW;
import org.dl4jext.recurrent.training.GlobalNormClipping;
import org.dl4jext.recurrent.training.WarmupCosineSchedule;
import org.dl4jext.zoo.models.RecurrentZooModel;
import org.dl4jext.zoo.plstm.PlstmSequenceClassifier.Recurrence;
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
    /** LSTM over 64 steps. */
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
    AdamW updater = updater(RATE, steps(digits, epochs));
    MultiLayerNetwork network = model(layer, updater, seed).init();
    fit(network, digits, images, epochs, seed, listener);
    double seconds = (System.nanoTime() - start) / 1e9;
    return new DigitsRun(network, accuracy(network, digits, images), seconds);
  }

  /** AdamW with a warm-up and a cosine over the steps. */
  public static AdamW updater(double rate, int steps) {
    WarmupCosineSchedule schedule =
        WarmupCosineSchedule.ofIterations(rate, Math.max(1, steps / 15), steps);
    return new AdamW(schedule, WEIGHT_DECAY);
  }

  /**
   * Trains a network, its gradient clipped to norm 1.
   *
   * @param images whether the network takes them as images
   * @param epochs passes over the training pictures
   * @param listener what it throws ends the training
   */
  public static void fit(
      MultiLayerNetwork network,
      Digits digits,
      boolean images,
      int epochs,
      long seed,
      Listener listener) {
    List<DataSet> batches =
        (images ? digits.trainImages() : digits.trainSequences()).batchBy(BATCH);
    network.addListeners(new GlobalNormClipping(1));
    int steps = steps(digits, epochs);
    Random random = new Random(seed);
    int step = 0;
    for (int epoch = 0; epoch < epochs; epoch++) {
      Collections.shuffle(batches, random);
      for (DataSet batch : batches) {
        network.fit(batch);
        listener.step(++step, steps, network.score());
      }
    }
  }

  /**
   * Share of right answers on the test pictures.
   *
   * @param images whether the network takes them as images
   */
  public static double accuracy(MultiLayerNetwork network, Digits digits, boolean images) {
    DataSet test = images ? digits.testImages() : digits.testSequences();
    Evaluation evaluation = new Evaluation();
    for (DataSet batch : test.batchBy(BATCH)) {
      evaluation.eval(batch.getLabels(), network.output(batch.getFeatures()));
    }
    return evaluation.accuracy();
  }

  /** Training steps of so many passes over the training pictures. */
  public static int steps(Digits digits, int epochs) {
    return epochs * ((digits.trainSize() + BATCH - 1) / BATCH);
  }

  /** A model of about as many parameters as that of pLSTM with width 32. */
  public static RecurrentZooModel<MultiLayerNetwork> model(Layer layer, AdamW updater, long seed) {
    Classification task = new Classification(1, Digits.CLASSES, updater, seed);
    if (layer == Layer.PLSTM_2D) {
      return PlstmVis.tiny(Digits.SIZE, task);
    }
    Recurrence recurrence = Recurrence.valueOf(layer.name());
    long wanted = new PlstmSequenceClassifier(Recurrence.PLSTM, 32, 1, task).init().numParams();
    PlstmSequenceClassifier closest = null;
    long parameters = 0;
    long next = 0;
    for (int width = 4; width <= WIDEST && next <= 2 * wanted; width += 4) {
      PlstmSequenceClassifier model = new PlstmSequenceClassifier(recurrence, width, 1, task);
      next = model.init().numParams();
      if (closest == null || Math.abs(next - wanted) < Math.abs(parameters - wanted)) {
        closest = model;
        parameters = next;
      }
    }
    return closest;
  }
}
