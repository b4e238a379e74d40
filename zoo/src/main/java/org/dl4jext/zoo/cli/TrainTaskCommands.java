package org.dl4jext.zoo.cli;

import org.dl4jext.datasets.FormalLanguage;
import org.dl4jext.datasets.FormalLanguageTask;
import org.dl4jext.datasets.GroupWordProblem;
import org.dl4jext.datasets.SequenceTask;
import org.dl4jext.datasets.Supervision;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The tasks of {@code recurrent train}. */
final class TrainTaskCommands {

  private TrainTaskCommands() {}

  @Command(
      name = "state-tracking",
      description = {
        "Follows the running product of group elements.",
        "Writes the model, the accuracy by length, and a plot."
      })
  static final class StateTracking extends TrainTask {

    @Option(
        names = "--group",
        paramLabel = "NAME",
        description = "S3, A5, Z60, or a product as A4_x_Z5. Default: ${DEFAULT-VALUE}.")
    private String group = "S3";

    @Option(names = "--swaps-only", description = "Tokens move at most two points.")
    private boolean swapsOnly;

    @Option(
        names = "--limit",
        paramLabel = "POINTS",
        description = "Tokens move at most so many points.")
    private Integer limit;

    @Option(
        names = "--table",
        description = "Train all rows of the published table with three seeds; takes minutes.")
    private boolean table;

    @Override
    SequenceTask task() {
      GroupWordProblem problem = GroupWordProblem.of(group);
      if (swapsOnly) {
        return problem.swapsOnly();
      }
      return limit == null ? problem : problem.movingAtMost(limit);
    }

    @Override
    public Integer call() throws Exception {
      return table ? table() : super.call();
    }
  }

  /** Options of the formal languages. */
  abstract static class Language extends TrainTask {

    @Option(
        names = "--supervision",
        paramLabel = "NAME",
        description =
            "ANSWER labels the end of a question, EVERY_PREFIX every step. Default: by task.")
    private Supervision supervision;

    final Supervision supervision(Supervision usual) {
      return supervision == null ? usual : supervision;
    }
  }

  @Command(name = "parity", description = "Is the number of ones so far odd?")
  static final class Parity extends Language {

    @Override
    SequenceTask task() {
      return FormalLanguageTask.of(FormalLanguage.PARITY, supervision(Supervision.EVERY_PREFIX));
    }
  }

  @Command(name = "modular-arithmetic", description = "The value of an expression modulo 5.")
  static final class ModularArithmetic extends Language {

    @Option(names = "--brackets", description = "With brackets and unary minus.")
    private boolean brackets;

    @Override
    SequenceTask task() {
      return brackets
          ? FormalLanguageTask.of(
              FormalLanguage.MODULAR_ARITHMETIC_BRACKETS, supervision(Supervision.ANSWER))
          : FormalLanguageTask.of(
              FormalLanguage.MODULAR_ARITHMETIC, supervision(Supervision.EVERY_PREFIX));
    }
  }

  @Command(name = "cycle-navigation", description = "The position on a ring of 5 after steps.")
  static final class CycleNavigation extends Language {

    @Override
    SequenceTask task() {
      return FormalLanguageTask.of(
          FormalLanguage.CYCLE_NAVIGATION, supervision(Supervision.EVERY_PREFIX));
    }
  }
}
