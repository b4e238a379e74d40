package org.dl4jext.zoo.sweep;

import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.samediff.Spec;
import org.dl4jext.samediff.plstm.PlstmGateWeights;
import org.dl4jext.samediff.plstm.PlstmVisSpec;
import org.dl4jext.zoo.plstm.ArrowRun;
import org.dl4jext.zoo.plstm.Classification;
import org.dl4jext.zoo.plstm.PlstmVis;

/**
 * Sweeps over arrow pointing with pLSTM-Vis.
 *
 * @param cells cells along an axis of the training pictures
 * @param testCells those of the fresh pictures that are scored
 * @param steps parameter updates in full
 */
record ArrowSweep(int cells, int testCells, int steps) implements OptionsSweep<ArrowSweep.Options> {

  private static final int LEAST_CELLS = 8;
  private static final int MOST_CELLS = 64;
  private static final int PICTURES = 512;
  private static final long TEST_SEED = 0x5EEDL;

  /**
   * The parameters.
   *
   * @param width features of a cell
   * @param heads that share the width
   * @param blocks number of blocks
   * @param gates which gates depend on the input
   * @param rate peak of the learning rate
   */
  public record Options(int width, int heads, int blocks, PlstmGateWeights gates, double rate)
      implements Spec<Options> {

    public Options {
      SweepValues.whole("width", width, 1, 4096);
      SweepValues.whole("heads", heads, 1, width);
      SweepValues.whole("blocks", blocks, 1, 64);
      SweepValues.number("rate", rate, 0, 1);
      if (width % heads != 0) {
        throw new IllegalArgumentException(
            "heads is " + heads + "; allowed: a divisor of the width (" + width + ")");
      }
    }
  }

  /** The sweep that a space file asks for. */
  static ArrowSweep of(SpaceSettings settings) {
    int cells = settings.whole("cells", LEAST_CELLS, LEAST_CELLS, MOST_CELLS);
    return new ArrowSweep(
        cells,
        settings.whole("testCells", cells, LEAST_CELLS, MOST_CELLS),
        settings.whole("steps", 1500, 1, 10_000_000));
  }

  @Override
  public Options usual() {
    return new Options(32, 4, 1, PlstmGateWeights.TRANSITION, 4e-3);
  }

  @Override
  public Set<String> settled() {
    return Set.of();
  }

  @Override
  public String title() {
    return "arrow pointing on " + cells + " x " + cells + " cells";
  }

  @Override
  public String scoreName() {
    return "accuracy on " + testCells + " x " + testCells + " cells";
  }

  @Override
  public boolean minimize() {
    return false;
  }

  @Override
  public Outcome train(Map<String, Object> values, long seed, double share, Watch watch) {
    MultiLayerNetwork network = model(options(values), seed).init();
    return new NetworkTraining(
            network,
            steps,
            listener ->
                ArrowRun.fit(
                    network, steps, cells, seed, (step, of, loss) -> listener.step(step, -loss)),
            () -> ArrowRun.accuracy(network, testCells, PICTURES, TEST_SEED))
        .run(share, watch, Map.of("task", title(), "parameters", values));
  }

  private PlstmVis model(Options options, long seed) {
    PlstmVisSpec spec =
        PlstmVisSpec.of(options.heads, options.width / options.heads)
            .withGateWeights(options.gates);
    Classification task =
        new Classification(ArrowRun.CHANNELS, 2, ArrowRun.updater(options.rate, steps), seed);
    return new PlstmVis(1, options.width, options.blocks, spec, cells, task);
  }
}
