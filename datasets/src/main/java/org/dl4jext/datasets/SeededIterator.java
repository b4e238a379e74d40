package org.dl4jext.datasets;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * A number of examples of a seed, drawn when they are asked for. The same examples come after each
 * reset, and from a copy that was serialised, which begins anew. Not thread-safe.
 */
abstract class SeededIterator implements DataSetIterator {

  private static final long serialVersionUID = 1L;

  private final int batchSize;
  private final long count;
  private final long seed;
  private DataSetPreProcessor preProcessor;
  private transient SplittableRandom random;
  private transient long drawn;

  SeededIterator(int batchSize, long count, long seed) {
    this.batchSize = batchSize;
    this.count = count;
    this.seed = seed;
  }

  /** Fails unless an option of an iterator is allowed. */
  static void require(String owner, String name, int value, boolean allowed, String what) {
    if (!allowed) {
      throw new IllegalArgumentException(
          owner + ": " + name + " is " + value + "; allowed: " + what);
    }
  }

  /**
   * Draws a batch.
   *
   * @param source of the pass, at the place where the last batch left it
   * @param first examples that were drawn before
   * @param size examples of the batch
   */
  abstract DataSet draw(SplittableRandom source, long first, int size);

  @Override
  public final DataSet next(int size) {
    if (!hasNext()) {
      throw new NoSuchElementException("all " + count + " examples were drawn");
    }
    if (random == null) {
      random = new SplittableRandom(seed);
    }
    int some = (int) Math.min(size, count - drawn);
    DataSet set = draw(random, drawn, some);
    drawn += some;
    if (preProcessor != null) {
      preProcessor.preProcess(set);
    }
    return set;
  }

  @Override
  public final DataSet next() {
    return next(batchSize);
  }

  @Override
  public final boolean hasNext() {
    return drawn < count;
  }

  @Override
  public void reset() {
    random = null;
    drawn = 0;
  }

  @Override
  public final boolean resetSupported() {
    return true;
  }

  @Override
  public final boolean asyncSupported() {
    return true;
  }

  @Override
  public final int batch() {
    return batchSize;
  }

  @Override
  public final void setPreProcessor(DataSetPreProcessor preProcessor) {
    this.preProcessor = preProcessor;
  }

  @Override
  public final DataSetPreProcessor getPreProcessor() {
    return preProcessor;
  }

  @Override
  public List<String> getLabels() {
    return null;
  }
}
