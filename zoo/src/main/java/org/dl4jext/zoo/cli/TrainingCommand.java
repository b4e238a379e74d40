package org.dl4jext.zoo.cli;

import java.util.Locale;
import picocli.CommandLine.Option;

/** What the commands of {@code recurrent train} on synthetic data share. */
abstract class TrainingCommand extends Subcommand {

  @Option(names = "--seed", description = "Of parameters and data. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  /** Seed of parameters and data. */
  final long seed() {
    return seed;
  }

  /** A share, an accuracy say, as text. */
  static String share(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
