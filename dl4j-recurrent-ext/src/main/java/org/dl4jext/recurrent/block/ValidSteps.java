package org.dl4jext.recurrent.block;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The valid steps of a batch, grouped by examples that have the same number of them.
 *
 * @param batch N
 * @param steps T
 * @param groups examples that have at least one valid step
 */
record ValidSteps(int batch, int steps, List<Group> groups) {

  /**
   * Examples of one length.
   *
   * @param examples their indices
   * @param rows for each example in turn, the rows n*T+t of its valid steps
   * @param length valid steps of each example
   */
  record Group(int[] examples, int[] rows, int length) {

    /** [examples,C,length] of [N,T,C]. */
    INDArray gather(INDArray from) {
      INDArray flat = from.dup('c').reshape('c', from.size(0) * from.size(1), from.size(2));
      return Nd4j.pullRows(flat, 1, rows)
          .reshape('c', examples.length, length, from.size(2))
          .permute(0, 2, 1)
          .dup('c');
    }

    /** [examples,size] of [N,size]. */
    INDArray gatherExamples(INDArray from) {
      return Nd4j.pullRows(from.dup('c'), 1, examples);
    }

    /** Writes [examples,size] to its rows of [N,size]. */
    void scatterExamples(INDArray from, INDArray to) {
      for (int i = 0; i < examples.length; i++) {
        to.putRow(examples[i], from.getRow(i));
      }
    }

    /** [examples*length,C] of [examples,C,length]. */
    INDArray rows(INDArray from) {
      return from.permute(0, 2, 1).dup('c').reshape('c', rows.length, from.size(1));
    }
  }

  static ValidSteps of(INDArray x, INDArray mask) {
    int batch = Math.toIntExact(x.size(0));
    int steps = Math.toIntExact(x.size(1));
    double[] valid = mask == null ? null : mask.dup('c').data().asDouble();
    Map<Integer, List<int[]>> byLength = new TreeMap<>();
    for (int n = 0; n < batch; n++) {
      int first = n * steps;
      int[] rows =
          IntStream.range(first, first + steps)
              .filter(row -> valid == null || valid[row] != 0)
              .toArray();
      byLength.computeIfAbsent(rows.length, length -> new ArrayList<>()).add(rows);
    }
    List<Group> groups = new ArrayList<>();
    byLength.remove(0);
    byLength.forEach(
        (length, members) ->
            groups.add(
                new Group(
                    members.stream().mapToInt(rows -> rows[0] / steps).toArray(),
                    members.stream().flatMapToInt(IntStream::of).toArray(),
                    length)));
    return new ValidSteps(batch, steps, groups);
  }

  /** Writes the rows of all groups to [N,T,C], and zeros to the other steps. */
  void scatter(List<INDArray> results, INDArray to) {
    if (to == null) {
      return;
    }
    if (results.isEmpty()) {
      to.assign(0);
      return;
    }
    int[] source = new int[batch * steps];
    int next = 1;
    for (Group group : groups) {
      for (int row : group.rows()) {
        source[row] = next++;
      }
    }
    INDArray[] parts = new INDArray[results.size() + 1];
    parts[0] = Nd4j.create(to.dataType(), 1, to.size(2));
    for (int i = 0; i < results.size(); i++) {
      parts[i + 1] = results.get(i);
    }
    to.assign(Nd4j.pullRows(Nd4j.concat(0, parts), 1, source).reshape('c', to.shape()));
  }
}
