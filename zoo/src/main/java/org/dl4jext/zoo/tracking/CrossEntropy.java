package org.dl4jext.zoo.tracking;

import java.util.List;
import java.util.function.BiConsumer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.datasets.SequenceTask;
import org.dl4jext.datasets.TokenSequence;
import org.nd4j.linalg.api.ndarray.INDArray;

/** How surprised a network is by the labels of examples of one length. */
public final class CrossEntropy {

  /** The least probability of a float that is not 0. */
  private static final double LEAST = Float.MIN_VALUE;

  private CrossEntropy() {}

  /**
   * The cross-entropy on fresh examples of the length nearest to the given one, the mean over the
   * labelled steps, in nats.
   */
  public static double measure(
      MultiLayerNetwork network, SequenceTask task, int length, int examples, long seed) {
    double[] sum = {0};
    int[] labelled = {0};
    BiConsumer<INDArray, List<TokenSequence>> add =
        (output, rows) -> {
          sum[0] += sum(output, rows);
          labelled[0] += labelled(rows);
        };
    Accuracy.eachBatch(network, task, length, examples, seed, add);
    return sum[0] / labelled[0];
  }

  private static double sum(INDArray output, List<TokenSequence> rows) {
    double sum = 0;
    for (int i = 0; i < rows.size(); i++) {
      int[] labels = rows.get(i).labels();
      for (int t = 0; t < labels.length; t++) {
        if (labels[t] != TokenSequence.NO_LABEL) {
          sum -= Math.log(Math.max(LEAST, output.getDouble(i, labels[t], t)));
        }
      }
    }
    return sum;
  }

  private static int labelled(List<TokenSequence> rows) {
    int count = 0;
    for (TokenSequence row : rows) {
      for (int label : row.labels()) {
        count += label != TokenSequence.NO_LABEL ? 1 : 0;
      }
    }
    return count;
  }
}
