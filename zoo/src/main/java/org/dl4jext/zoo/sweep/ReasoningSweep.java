package org.dl4jext.zoo.sweep;

import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.datasets.ReasoningTask;
import org.dl4jext.datasets.Transduction;
import org.dl4jext.zoo.universal.ReasoningModel;
import org.dl4jext.zoo.universal.ReasoningOptions;
import org.dl4jext.zoo.universal.ReasoningRun;
import org.dl4jext.zoo.universal.ReasoningSetting;

/**
 * Sweeps over the reasoning tasks: the model, the sizes of the Universal Transformer, what a step
 * of it costs, and the learning rate.
 *
 * @param setting what is learnt
 * @param usual options, with the difficulties and how long training is
 * @param tested difficulty of the fresh examples that are scored
 */
record ReasoningSweep(ReasoningSetting setting, ReasoningOptions usual, int tested)
    implements OptionsSweep<ReasoningOptions> {

  private static final int LENGTH = 16;
  private static final int STEPS = 900;
  private static final int EXAMPLES = 256;
  private static final long TEST_SEED = 0x5EEDL;

  static ReasoningSweep pointerHopping(SpaceSettings settings) {
    ReasoningSetting setting = ReasoningSetting.pointerHopping();
    return of(setting, setting.greatest(), settings);
  }

  static ReasoningSweep transduction(Transduction.Rule rule, SpaceSettings settings) {
    int length = settings.whole("length", LENGTH, 1, 512);
    int tested = settings.whole("testLength", length, 1, 2 * length);
    return of(ReasoningSetting.transduction(rule, length), tested, settings);
  }

  static ReasoningSweep factQuestions(SpaceSettings settings) {
    int facts = settings.whole("facts", 1, 1, 3);
    return of(ReasoningSetting.factQuestions(facts), facts, settings);
  }

  private static ReasoningSweep of(ReasoningSetting setting, int tested, SpaceSettings settings) {
    int steps = settings.whole("steps", STEPS, 1, 10_000_000);
    ReasoningOptions usual =
        ReasoningOptions.of(
                ReasoningModel.UT_HALTING, setting.least(), setting.greatest(), steps, 0)
            .with("maxOffset", setting.maxOffset());
    return new ReasoningSweep(setting, usual, tested);
  }

  @Override
  public Set<String> settled() {
    return Set.of("least", "greatest", "maxOffset", "updates", "seed");
  }

  @Override
  public String title() {
    return setting.task().name();
  }

  @Override
  public String scoreName() {
    return "token accuracy at " + tested + " " + setting.unit();
  }

  @Override
  public boolean minimize() {
    return false;
  }

  @Override
  public Outcome train(Map<String, Object> values, long seed, double share, Watch watch) {
    ReasoningOptions options = options(values).with("seed", seed);
    ReasoningTask task = setting.task();
    MultiLayerNetwork network = options.model().network(task, options);
    return new NetworkTraining(
            network,
            options.updates(),
            listener ->
                ReasoningRun.fit(
                    network, task, options, (update, of, loss) -> listener.step(update, -loss)),
            () -> ReasoningRun.measure(network, task, tested, EXAMPLES, TEST_SEED).token())
        .run(share, watch, Map.of("task", title(), "parameters", values));
  }
}
