package org.dl4jext.zoo.golden;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dl4jext.datasets.MultiQueryRecall;

/**
 * Multi-query associative recall: the labels recomputed from the tokens. With random filler the
 * tokens do not tell which steps ask; then the steps are those that the case labels, and what they
 * ask for must be a key of the sequence.
 */
final class RecallRunner implements OpRunner {

  @Override
  public Set<String> ops() {
    return Set.of("task_mqar");
  }

  @Override
  public boolean hasExecutions() {
    return false;
  }

  @Override
  public List<Way> ways(GoldenCase c) {
    CaseConfig config = new CaseConfig(c.config());
    int pairs = config.integer("num_kv_pairs", 1);
    int ignored = config.integer("ignore_label", Integer.MIN_VALUE);
    boolean randomFiller = config.flag("random_non_queries", true);
    config.info("vocab_size").info(TaskWay.HOW_DRAWN).requireAllRead();
    c.requireArrays(Set.of("inputs"), Set.of("labels"));
    int[][] rows = c.inputOfRank(2, "inputs").toIntRows();
    if (rows.length > 0 && rows[0].length < 2 * pairs) {
      throw new GoldenFormatException("num_kv_pairs is " + pairs + " in rows of fewer tokens");
    }
    GoldenArray labels = c.outputs().get("labels");
    if (!labels.hasShape(c.inputs().get("inputs").shape())) {
      throw new GoldenFormatException("labels have another shape than inputs");
    }
    int[][] wanted = labels.toIntRows();
    return List.of(
        new TaskWay(
            () -> {
              int[][] computed = new int[rows.length][];
              for (int i = 0; i < rows.length; i++) {
                boolean[] queries =
                    randomFiller
                        ? labelled(wanted[i], ignored)
                        : MultiQueryRecall.queriesAmongZeros(rows[i], pairs);
                computed[i] = MultiQueryRecall.labels(rows[i], pairs, queries, ignored);
              }
              return Map.of("labels", GoldenArray.integers(computed));
            }));
  }

  private static boolean[] labelled(int[] labels, int ignored) {
    boolean[] labelled = new boolean[labels.length];
    for (int t = 0; t < labels.length; t++) {
      labelled[t] = labels[t] != ignored;
    }
    return labelled;
  }
}
