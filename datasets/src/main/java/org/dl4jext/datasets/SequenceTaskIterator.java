package org.dl4jext.datasets;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Seeded examples of a {@link SequenceTask}: features [N, tokens or 1, T], labels [N, classes, T]
 * one-hot, feature mask and label mask [N, T], all FLOAT. The same seed gives the same batches
 * after each reset. Not thread-safe; each iterator holds its own random source.
 */
public final class SequenceTaskIterator extends SeededIterator {

  private static final long serialVersionUID = 1L;
  private static final int MAX_TRIES = 1000;

  private final SequenceTask task;
  private final Options options;
  private transient Set<TokenSequence> seen;

  /**
   * What to draw.
   *
   * @param batchSize examples a batch
   * @param batches batches until the iterator ends
   * @param minLength shortest example
   * @param maxLength longest example; lengths are uniform between the two
   * @param padTo steps of each batch, 0 for those of its longest example
   * @param encoding how tokens become features
   * @param distinct whether no example comes twice between two resets
   * @param seed of the random source
   */
  public record Options(
      int batchSize,
      int batches,
      int minLength,
      int maxLength,
      int padTo,
      TokenEncoding encoding,
      boolean distinct,
      long seed)
      implements Serializable {

    private static final long serialVersionUID = 1L;

    public Options {
      require("batchSize", batchSize, batchSize >= 1, "at least 1");
      require("batches", batches, batches >= 1, "at least 1");
      require("minLength", minLength, minLength >= 1, "at least 1");
      require("maxLength", maxLength, maxLength >= minLength, "at least minLength");
      require("padTo", padTo, padTo == 0 || padTo >= maxLength, "0 or at least maxLength");
    }

    /** Examples of one length, one-hot. */
    public static Options ofLength(int batchSize, int batches, int length, long seed) {
      return new Options(batchSize, batches, length, length, 0, TokenEncoding.ONE_HOT, false, seed);
    }

    private static void require(String name, int value, boolean allowed, String what) {
      SeededIterator.require("SequenceTaskIterator", name, value, allowed, what);
    }
  }

  public SequenceTaskIterator(SequenceTask task, Options options) {
    super(options.batchSize(), (long) options.batchSize() * options.batches(), options.seed());
    this.task = task;
    this.options = options;
    int longest = task.nearestLength(options.maxLength());
    require(
        "SequenceTaskIterator",
        "padTo",
        options.padTo(),
        options.padTo() == 0 || longest <= options.padTo(),
        "for " + task.name() + " at least " + longest);
  }

  @Override
  DataSet draw(SplittableRandom source, long first, int size) {
    if (seen == null) {
      seen = new HashSet<>();
    }
    List<TokenSequence> rows = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      rows.add(draw(source));
    }
    return toDataSet(task, rows, options.padTo(), options.encoding());
  }

  private TokenSequence draw(SplittableRandom random) {
    for (int attempt = 0; attempt < MAX_TRIES; attempt++) {
      int length = random.nextInt(options.minLength(), options.maxLength() + 1);
      TokenSequence drawn = task.draw(random, task.nearestLength(length));
      if (!options.distinct() || seen.add(drawn)) {
        return drawn;
      }
    }
    throw new IllegalStateException(
        task.name()
            + ": no further distinct example of length "
            + options.minLength()
            + " to "
            + options.maxLength()
            + " after "
            + seen.size());
  }

  /**
   * Encodes examples as one batch.
   *
   * @param padTo steps, 0 for those of the longest example
   */
  public static DataSet toDataSet(
      SequenceTask task, List<TokenSequence> rows, int padTo, TokenEncoding encoding) {
    int n = rows.size();
    int longest = rows.stream().mapToInt(TokenSequence::length).max().orElseThrow();
    int steps = Math.max(padTo, longest);
    int channels = encoding == TokenEncoding.ONE_HOT ? task.tokens() : 1;
    int classes = task.classes();
    float[] features = new float[n * channels * steps];
    float[] labels = new float[n * classes * steps];
    float[] featureMask = new float[n * steps];
    float[] labelMask = new float[n * steps];
    for (int i = 0; i < n; i++) {
      TokenSequence row = rows.get(i);
      for (int t = 0; t < steps; t++) {
        boolean valid = t < row.length();
        int token = valid ? row.tokens()[t] : task.padToken();
        if (encoding == TokenEncoding.ONE_HOT) {
          features[(i * channels + token) * steps + t] = 1;
        } else {
          features[i * steps + t] = token;
        }
        if (valid) {
          featureMask[i * steps + t] = 1;
          if (row.labels()[t] != TokenSequence.NO_LABEL) {
            labels[(i * classes + row.labels()[t]) * steps + t] = 1;
            labelMask[i * steps + t] = 1;
          }
        }
      }
    }
    return new DataSet(
        array(features, n, channels, steps),
        array(labels, n, classes, steps),
        array(featureMask, n, steps),
        array(labelMask, n, steps));
  }

  private static INDArray array(float[] values, long... shape) {
    return Nd4j.createFromArray(values).castTo(DataType.FLOAT).reshape('c', shape);
  }

  @Override
  public void reset() {
    super.reset();
    seen = null;
  }

  @Override
  public int inputColumns() {
    return options.encoding() == TokenEncoding.ONE_HOT ? task.tokens() : 1;
  }

  @Override
  public int totalOutcomes() {
    return task.classes();
  }
}
