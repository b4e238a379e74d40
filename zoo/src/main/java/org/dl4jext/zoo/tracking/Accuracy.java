package org.dl4jext.zoo.tracking;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.datasets.SequenceTask;
import org.dl4jext.datasets.SequenceTaskIterator;
import org.dl4jext.datasets.TokenEncoding;
import org.dl4jext.datasets.TokenSequence;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How often a network is right on examples of one length.
 *
 * @param length steps of an example
 * @param token share of the labelled steps that are right
 * @param sequence share of the examples whose labelled steps are all right
 */
public record Accuracy(int length, double token, double sequence) {

  private static final int TOKENS_AT_ONCE = 8192;

  /** Counts over a batch. */
  static Accuracy of(INDArray output, List<TokenSequence> rows) {
    int[][] best = output.argMax(1).toIntMatrix();
    int labelled = 0;
    int right = 0;
    int whole = 0;
    for (int i = 0; i < rows.size(); i++) {
      int[] labels = rows.get(i).labels();
      boolean all = true;
      for (int t = 0; t < labels.length; t++) {
        if (labels[t] != TokenSequence.NO_LABEL) {
          boolean hit = best[i][t] == labels[t];
          labelled++;
          right += hit ? 1 : 0;
          all &= hit;
        }
      }
      whole += all ? 1 : 0;
    }
    return new Accuracy(
        rows.get(0).length(), right / (double) labelled, whole / (double) rows.size());
  }

  /** Measures a network on fresh examples of the length nearest to the given one. */
  public static Accuracy measure(
      MultiLayerNetwork network, SequenceTask task, int length, int examples, long seed) {
    double[] sums = {0, 0};
    BiConsumer<INDArray, List<TokenSequence>> add =
        (output, rows) -> {
          Accuracy part = of(output, rows);
          sums[0] += part.token * rows.size();
          sums[1] += part.sequence * rows.size();
        };
    eachBatch(network, task, length, examples, seed, add);
    return new Accuracy(task.nearestLength(length), sums[0] / examples, sums[1] / examples);
  }

  /** Gives what a network answers [N,classes,T] to fresh examples, some of them at a time. */
  static void eachBatch(
      MultiLayerNetwork network,
      SequenceTask task,
      int length,
      int examples,
      long seed,
      BiConsumer<INDArray, List<TokenSequence>> measure) {
    SplittableRandom random = new SplittableRandom(seed);
    int steps = task.nearestLength(length);
    int batch = Math.max(1, Math.min(examples, TOKENS_AT_ONCE / steps));
    for (int done = 0; done < examples; done += batch) {
      List<TokenSequence> rows = draw(task, random, steps, Math.min(batch, examples - done));
      var data = SequenceTaskIterator.toDataSet(task, rows, 0, TokenEncoding.INDEX);
      measure.accept(network.output(data.getFeatures()), rows);
    }
  }

  static List<TokenSequence> draw(
      SequenceTask task, SplittableRandom random, int length, int count) {
    List<TokenSequence> rows = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      rows.add(task.draw(random, length));
    }
    return rows;
  }
}
