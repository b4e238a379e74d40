package org.dl4jext.datasets;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Arrow-pointing pictures as batches: features [N,C,H,W], labels [N,2] with the second class for
 * "points". Picture i of a seed is always the same, whatever the batch size.
 */
public final class ArrowIterator extends SeededIterator {

  private static final long serialVersionUID = 1L;

  private final ArrowGeometry geometry;
  private final ArrowEncoding encoding;
  private final long seed;

  /**
   * Pictures of a seed.
   *
   * @param count how many pictures
   */
  public ArrowIterator(
      ArrowGeometry geometry, ArrowEncoding encoding, int batchSize, int count, long seed) {
    super(batchSize, count, seed);
    require("ArrowIterator", "batchSize", batchSize, batchSize >= 1, "at least 1");
    require("ArrowIterator", "count", count, count >= 1, "at least 1");
    this.geometry = geometry;
    this.encoding = encoding;
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
  DataSet draw(SplittableRandom source, long first, int size) {
    int start = Math.toIntExact(first);
    return pictures(IntStream.range(start, start + size).toArray());
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
  public List<String> getLabels() {
    return List.of("misses", "points");
  }
}
