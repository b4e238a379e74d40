package org.dl4jext.zoo.plstm;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.datasets.ArrowEncoding;
import org.dl4jext.datasets.ArrowGeometry;
import org.dl4jext.datasets.ArrowIterator;
import org.dl4jext.recurrent.training.AdamW;
import org.dl4jext.recurrent.training.GlobalNormClipping;
import org.dl4jext.recurrent.training.WarmupCosineSchedule;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Arrow pointing on cells: a model learns on small grids and is tested on larger ones too.
 *
 * @param network the trained model
 * @param accuracies share of right answers by the cells along an axis
 * @param seconds of training
 */
public record ArrowRun(MultiLayerNetwork network, Map<Integer, Double> accuracies, double seconds) {

  /** Pixels of a cell. */
  private static final int CELL = 8;

  private static final ArrowEncoding ENCODING = ArrowEncoding.tokens(CELL);

  /** Channels of the pictures. */
  public static final int CHANNELS = ENCODING.channels();

  /** Samples along an axis of a pixel. */
  private static final int SAMPLES = 4;

  private static final int BATCH = 64;
  private static final int PICTURES = 20_000;
  private static final int TESTED = 2000;
  private static final double RATE = 4e-3;
  private static final double WEIGHT_DECAY = 0.01;
  private static final int WARMUP = 100;
  private static final long TEST_SEED = 0x7E57L;

  /** Hears how training goes. */
  @FunctionalInterface
  public interface Listener {
    /** After each step. */
    void step(int step, int steps, double loss);
  }

  /** The law of pictures of so many cells: circles of 5 to 10 pixels, a border of 10. */
  static ArrowGeometry geometry(int cells) {
    double size = (double) CELL * cells;
    return new ArrowGeometry(size, size, 10, 5, 10, 2, 2, 1.2, 0.5, 5, 10, 1, 1);
  }

  /** The first pictures of a seed as grey pixels [N,1,H,W]. */
  public static DataSet pictures(int cells, int count, long seed) {
    ArrowEncoding pixels = ArrowEncoding.pixels(SAMPLES);
    return new ArrowIterator(geometry(cells), pixels, count, count, seed).next();
  }

  /**
   * Trains and tests; the same arguments give the same numbers.
   *
   * @param model for what is to be told apart, on pictures of so many cells
   * @param cells cells along an axis of the training pictures
   * @param tested cells along an axis of the test pictures
   */
  public static ArrowRun train(
      Function<Classification, PlstmVis> model,
      int steps,
      int cells,
      int[] tested,
      long seed,
      Listener listener) {
    long start = System.nanoTime();
    Classification task = new Classification(CHANNELS, 2, updater(RATE, steps), seed);
    MultiLayerNetwork network = model.apply(task).init();
    fit(network, steps, cells, seed, listener);
    double seconds = (System.nanoTime() - start) / 1e9;
    Map<Integer, Double> accuracies = new LinkedHashMap<>();
    for (int size : tested) {
      accuracies.put(size, accuracy(network, size, TESTED, TEST_SEED + size));
    }
    return new ArrowRun(network, accuracies, seconds);
  }

  /** AdamW with a warm-up and a cosine over the steps. */
  public static AdamW updater(double rate, int steps) {
    WarmupCosineSchedule schedule =
        WarmupCosineSchedule.ofIterations(rate, Math.min(WARMUP, steps / 2), steps);
    return new AdamW(schedule, WEIGHT_DECAY);
  }

  /**
   * Trains a network, its gradient clipped to norm 1.
   *
   * @param cells cells along an axis of the pictures
   * @param listener what it throws ends the training
   */
  public static void fit(
      MultiLayerNetwork network, int steps, int cells, long seed, Listener listener) {
    network.addListeners(new GlobalNormClipping(1));
    ArrowIterator pictures = new ArrowIterator(geometry(cells), ENCODING, BATCH, PICTURES, seed);
    SplittableRandom random = new SplittableRandom(seed);
    for (int step = 1; step <= steps; step++) {
      network.fit(pictures.pictures(random.ints(BATCH, 0, PICTURES).toArray()));
      listener.step(step, steps, network.score());
    }
  }

  /**
   * Share of right answers on fresh pictures.
   *
   * @param cells cells along an axis
   */
  public static double accuracy(MultiLayerNetwork network, int cells, int pictures, long seed) {
    Evaluation evaluation =
        network.evaluate(new ArrowIterator(geometry(cells), ENCODING, BATCH, pictures, seed));
    return evaluation.accuracy();
  }
}
