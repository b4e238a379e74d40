package org.dl4jext.zoo.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code recurrent train}: the synthetic tasks. */
@Command(
    name = "train",
    description =
        "Trains on tasks that need a state to be tracked or values to be recalled, and on series.",
    subcommands = {
      TrainTaskCommands.StateTracking.class,
      TrainTaskCommands.Parity.class,
      TrainTaskCommands.ModularArithmetic.class,
      TrainTaskCommands.CycleNavigation.class,
      QkanForecastCommand.class,
      ArrowCommand.class,
      DigitsCommand.class,
      RecallCommand.class,
      PasskeyCommand.class,
      ReasoningCommands.Pointers.class,
      ReasoningCommands.Copy.class,
      ReasoningCommands.Reverse.class,
      ReasoningCommands.Addition.class,
      ReasoningCommands.Questions.class
    })
final class TrainCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "missing task; there are " + spec.subcommands().keySet());
  }
}
