package org.dl4jext.zoo.golden;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.dl4jext.samediff.plstm.LineGraph;

/** Which edges of a line graph its multitree keeps. */
final class MultitreeRunner implements OpRunner {

  @Override
  public Set<String> ops() {
    return Set.of("plstm_multitree_prune");
  }

  @Override
  public boolean hasExecutions() {
    return false;
  }

  @Override
  public List<Way> ways(GoldenCase c) {
    new CaseConfig(c.config()).info("kept").requireAllRead();
    c.requireArrays(Set.of("edges", "line_edges"), Set.of("kept"));
    int[][] edges = c.inputOfRank(2, "edges").toIntRows();
    int[][] lineEdges =
        c.inputs().containsKey("line_edges")
            ? c.inputOfRank(2, "line_edges").toIntRows()
            : new int[0][];
    return List.of(
        new TaskWay(
            () -> {
              int nodes = 1 + Arrays.stream(edges).flatMapToInt(Arrays::stream).max().orElse(0);
              boolean[] kept = LineGraph.of(nodes, edges, lineEdges).multitree();
              int[] flags = IntStream.range(0, kept.length).map(l -> kept[l] ? 1 : 0).toArray();
              return Map.of("kept", GoldenArray.integers(flags, flags.length));
            }));
  }
}
