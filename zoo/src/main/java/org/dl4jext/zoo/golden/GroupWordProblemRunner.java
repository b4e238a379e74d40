package org.dl4jext.zoo.golden;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dl4jext.datasets.FiniteGroup;

/** The word problem of a finite group: table, generators and running products recomputed. */
final class GroupWordProblemRunner implements OpRunner {

  @Override
  public Set<String> ops() {
    return Set.of("task_group_word_problem");
  }

  @Override
  public boolean hasExecutions() {
    return false;
  }

  @Override
  public List<Way> ways(GoldenCase c) {
    CaseConfig config = new CaseConfig(c.config());
    String name = config.text("group");
    Integer limit = config.integerOrNull("limit_moved_points", 0);
    config.fixed(
        "convention",
        "state_{t}=table[state_{t-1},token_t], (p*q)(i)=q(p(i)); direct product index=i_a*|b|+i_b");
    config.info(TaskWay.HOW_DRAWN).requireAllRead();
    c.requireArrays(Set.of("tokens"), Set.of("targets", "table", "generators"));
    int[][] tokens = c.inputOfRank(2, "tokens").toIntRows();
    return List.of(new TaskWay(() -> recompute(FiniteGroup.of(name), limit, tokens)));
  }

  private static Map<String, GoldenArray> recompute(
      FiniteGroup group, Integer limit, int[][] tokens) {
    int[][] targets = Arrays.stream(tokens).map(group::runningProducts).toArray(int[][]::new);
    int[] generators = limit == null ? group.elements() : group.elementsMoving(limit);
    return Map.of(
        "targets", GoldenArray.integers(targets),
        "table", GoldenArray.integers(group.table()),
        "generators", GoldenArray.integers(generators, generators.length));
  }
}
