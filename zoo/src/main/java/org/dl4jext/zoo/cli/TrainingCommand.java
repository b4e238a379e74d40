package org.dl4jext.zoo.cli;

import java.util.Locale;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the commands of {@code recurrent train} on synthetic data share. */
abstract class TrainingCommand extends Subcommand {

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of parameters and data. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Mixin private RunOutput output;

  /** Seed of parameters and data. */
  final long seed() {
    return seed;
  }

  /** Where the files go. */
  final RunOutput output() {
    return output;
  }

  /** A share, an accuracy say, as text. */
  static String share(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
