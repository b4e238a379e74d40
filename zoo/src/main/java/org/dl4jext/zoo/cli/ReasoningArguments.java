package org.dl4jext.zoo.cli;

import org.dl4jext.zoo.universal.ReasoningModel;
import org.dl4jext.zoo.universal.ReasoningOptions;
import org.dl4jext.zoo.universal.ReasoningSetting;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The model of a reasoning task and how it is trained. */
final class ReasoningArguments {

  @Option(
      names = "--model",
      description = "One of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private ReasoningModel model = ReasoningModel.UT_HALTING;

  @Option(
      names = "--width",
      description = "Width of the Universal Transformer. Default: ${DEFAULT-VALUE}.")
  private int width = 64;

  @Option(names = "--heads", description = "Attention heads. Default: ${DEFAULT-VALUE}.")
  private int heads = 4;

  @Option(
      names = "--inner",
      description = "Hidden size of the transition. Default: ${DEFAULT-VALUE}.")
  private int inner = 128;

  @Option(names = "--max-steps", description = "Most steps of the loop. Default: ${DEFAULT-VALUE}.")
  private int maxSteps = 6;

  @Option(
      names = "--ponder-weight",
      description = "Factor of the ponder cost. Default: ${DEFAULT-VALUE}.")
  private double ponderWeight = 0.01;

  @Option(
      names = "--halting-bias",
      description =
          "Start of the halting bias; low begins with many steps. Default: ${DEFAULT-VALUE}.")
  private double haltingBias = -1;

  @Option(names = "--batch", description = "Examples an update. Default: ${DEFAULT-VALUE}.")
  private int batch = 64;

  @Option(names = "--steps", description = "Parameter updates. Default: ${DEFAULT-VALUE}.")
  private int steps = 900;

  @Option(names = "--rate", description = "Peak learning rate. Default: ${DEFAULT-VALUE}.")
  private double rate = 2e-3;

  /** What is done. */
  static final class Deed {
    @Option(
        names = "--compare",
        description =
            "Every model, three seeds each, with medians; --model and --seed do not count then.")
    private boolean compare;

    @Option(
        names = "--exit-saving",
        description =
            "Also measures what it saves at N = 1 and N = 64 to stop where all have halted.")
    private boolean exitSaving;
  }

  @ArgGroup private Deed deed = new Deed();

  boolean compares() {
    return deed.compare;
  }

  boolean measuresExit() {
    return deed.exitSaving;
  }

  /**
   * The run that the options ask for.
   *
   * @throws IllegalArgumentException if an option has no such value
   */
  ReasoningOptions options(ReasoningSetting setting, long seed) {
    if (deed.exitSaving && model != ReasoningModel.UT_HALTING) {
      throw new IllegalArgumentException(
          "--exit-saving with --model " + model + "; allowed: " + ReasoningModel.UT_HALTING);
    }
    return new ReasoningOptions(
        model,
        width,
        heads,
        inner,
        maxSteps,
        ponderWeight,
        haltingBias,
        setting.least(),
        setting.greatest(),
        setting.maxOffset(),
        batch,
        steps,
        rate,
        seed);
  }
}
