package org.dl4jext.zoo.cli;

import org.dl4jext.zoo.universal.ReasoningModel;
import org.dl4jext.zoo.universal.ReasoningOptions;
import org.dl4jext.zoo.universal.ReasoningSetting;
import picocli.CommandLine.Option;

/** The model of a reasoning task and how it is trained. */
final class ReasoningArguments {

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "One of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private ReasoningModel model = ReasoningModel.UT_HALTING;

  @Option(
      names = "--width",
      paramLabel = "N",
      description = "Width of the Universal Transformer. Default: ${DEFAULT-VALUE}.")
  private int width = 64;

  @Option(
      names = "--heads",
      paramLabel = "N",
      description = "Attention heads. Default: ${DEFAULT-VALUE}.")
  private int heads = 4;

  @Option(
      names = "--inner",
      paramLabel = "N",
      description = "Hidden size of the transition. Default: ${DEFAULT-VALUE}.")
  private int inner = 128;

  @Option(
      names = "--max-steps",
      paramLabel = "N",
      description = "Most steps of the loop. Default: ${DEFAULT-VALUE}.")
  private int maxSteps = 6;

  @Option(
      names = "--ponder-weight",
      paramLabel = "X",
      description = "Factor of the ponder cost. Default: ${DEFAULT-VALUE}.")
  private double ponderWeight = 0.01;

  @Option(
      names = "--halting-bias",
      paramLabel = "X",
      description =
          "Start of the halting bias; low begins with many steps. Default: ${DEFAULT-VALUE}.")
  private double haltingBias = -1;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Examples an update. Default: ${DEFAULT-VALUE}.")
  private int batch = 64;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Parameter updates. Default: ${DEFAULT-VALUE}.")
  private int steps = 900;

  @Option(
      names = "--rate",
      paramLabel = "X",
      description = "Peak learning rate. Default: ${DEFAULT-VALUE}.")
  private double rate = 2e-3;

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

  boolean compares() {
    return compare;
  }

  boolean measuresExit() {
    return exitSaving;
  }

  /**
   * The run that the options ask for.
   *
   * @throws IllegalArgumentException if an option has no such value
   */
  ReasoningOptions options(ReasoningSetting setting, long seed) {
    if (exitSaving && compare) {
      throw new IllegalArgumentException("--compare and --exit-saving are mutually exclusive");
    }
    if (exitSaving && model != ReasoningModel.UT_HALTING) {
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
