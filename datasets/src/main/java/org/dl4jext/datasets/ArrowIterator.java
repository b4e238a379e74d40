package org.dl4jext.datasets;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Arrow-pointing pictures as batches: features [N,C,H,W], labels [N,2] with the second class for
 * "points". Picture i of a seed is always the same, whatever the batch size.
 */
public final class ArrowIterator implements DataSetIterator {

  private static final long serialVersionUID = 1L;

  private final ArrowGeometry geometry;
  private final ArrowEncoding encoding;
  private final int batchSize;
  private final int count;
  private final long seed;
  private int next;
  private DataSetPreProcessor preProcessor;

  /**
   * Pictures of a seed.
   *
   * @param count how many pictures
   */
  public ArrowIterator(
      ArrowGeometry geometry, ArrowEncoding encoding, int batchSize, int count, long seed) {
    if (batchSize < 1 || count < 1) {
      throw new IllegalArgumentException(
          "ArrowIterator: batchSize and count are "
              + batchSize
              + " and "
              + count
              + "; allowed: 1 and more");
    }
    this.geometry = geometry;
    this.encoding = encoding;
    this.batchSize = batchSize;
    this.count = count;
    this.seed = seed;
  }

  /** Picture i of a seed. */
  public static ArrowGeometry.Arrow picture(ArrowGeometry geometry, long seed, int i) {
    SplittableRandom random = new SplittableRandom(new SplittableRandom(seed).nextLong() + i);
    return geometry.arrow(random.doubles(ArrowGeometry.UNIFORMS).toArray());
  }

  /** Pictures by their indices. */
  public DataSet pictures(int... indices) {
    int size = encoding.size(geometry);
    int length = encoding.channels() * size * size;
    float[] features = new float[indices.length * length];
    float[] labels = new float[indices.length * 2];
    for (int n = 0; n < indices.length; n++) {
      ArrowGeometry.Arrow arrow = picture(geometry, seed, indices[n]);
      encoding.encode(geometry, arrow, features, n * length);
      labels[2 * n + (arrow.pointing() ? 1 : 0)] = 1;
    }
    INDArray x =
        Nd4j.createFromArray(features)
            .reshape('c', indices.length, encoding.channels(), size, size);
    return new DataSet(x, Nd4j.createFromArray(labels).reshape('c', indices.length, 2));
  }

  @Override
  public DataSet next(int size) {
    if (!hasNext()) {
      throw new NoSuchElementException("all " + count + " pictures were drawn");
    }
    int[] indices = new int[Math.min(size, count - next)];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = next++;
    }
    DataSet set = pictures(indices);
    if (preProcessor != null) {
      preProcessor.preProcess(set);
    }
    return set;
  }

  @Override
  public DataSet next() {
    return next(batchSize);
  }

  @Override
  public boolean hasNext() {
    return next < count;
  }

  @Override
  public void reset() {
    next = 0;
  }

  @Override
  public boolean resetSupported() {
    return true;
  }

  @Override
  public boolean asyncSupported() {
    return true;
  }

  @Override
  public int batch() {
    return batchSize;
  }

  @Override
  public int inputColumns() {
    return encoding.channels();
  }

  @Override
  public int totalOutcomes() {
    return 2;
  }

  @Override
  public void setPreProcessor(DataSetPreProcessor preProcessor) {
    this.preProcessor = preProcessor;
  }

  @Override
  public DataSetPreProcessor getPreProcessor() {
    return preProcessor;
  }

  @Override
  public List<String> getLabels() {
    return List.of("misses", "points");
  }
}
