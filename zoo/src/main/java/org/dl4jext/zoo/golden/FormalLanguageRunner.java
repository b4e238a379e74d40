package org.dl4jext.zoo.golden;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dl4jext.datasets.FormalLanguage;

/** The formal-language tasks: the answers recomputed from the tokens. */
final class FormalLanguageRunner implements OpRunner {

  private static final Map<String, FormalLanguage> LANGUAGES =
      Map.of(
          "task_parity", FormalLanguage.PARITY,
          "task_modular_arithmetic", FormalLanguage.MODULAR_ARITHMETIC,
          "task_modular_arithmetic_brackets", FormalLanguage.MODULAR_ARITHMETIC_BRACKETS,
          "task_cycle_navigation", FormalLanguage.CYCLE_NAVIGATION);

  @Override
  public Set<String> ops() {
    return LANGUAGES.keySet();
  }

  @Override
  public boolean hasExecutions() {
    return false;
  }

  @Override
  public List<Way> ways(GoldenCase c) {
    CaseConfig config = new CaseConfig(c.config());
    int vocabularySize = config.integer("vocab_size", 1);
    config.info(TaskWay.HOW_DRAWN).requireAllRead();
    c.requireArrays(Set.of("sequence"), Set.of("answer_mask", "answer"));
    int[][] rows = c.inputOfRank(2, "sequence").toIntRows();
    return List.of(
        new TaskWay(
            () -> {
              FormalLanguage.Answers answers = LANGUAGES.get(c.op()).answers(rows, vocabularySize);
              return Map.of(
                  "answer_mask", GoldenArray.integers(answers.mask()),
                  "answer", GoldenArray.integers(answers.answers(), rows.length));
            }));
  }
}
