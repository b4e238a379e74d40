package org.dl4jext.zoo.sweep;

import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.datasets.MultiQueryRecall;
import org.dl4jext.samediff.memory.BaseMemory;
import org.dl4jext.samediff.memory.CachingVariant;
import org.dl4jext.zoo.memory.RecallOptions;
import org.dl4jext.zoo.memory.RecallRun;
import org.dl4jext.zoo.memory.RecallTable;
import org.dl4jext.zoo.memory.Recaller;
import org.dl4jext.zoo.tracking.Accuracy;

/**
 * Sweeps over associative recall with memory caching: the memory, how its states are cached, sizes,
 * and the learning rate.
 *
 * @param usual options, with what is learnt and for how long
 * @param testPairs pairs of the fresh examples that are scored
 */
record RecallSweep(RecallOptions usual, int testPairs) implements OptionsSweep<RecallOptions> {

  private static final int SEGMENT = 4;
  private static final int EXAMPLES = 256;
  private static final long TEST_SEED = 0x5EEDL;

  /** The sweep that a space file asks for. */
  static RecallSweep of(SpaceSettings settings) {
    RecallOptions usual =
        RecallOptions.of(BaseMemory.LINEAR, RecallTable.caching(CachingVariant.GATED, SEGMENT), 0);
    int keys = settings.whole("keys", usual.keys(), 2, 4096);
    int pairs = settings.whole("pairs", Math.min(usual.pairs(), keys), 1, keys);
    int steps = settings.whole("steps", usual.steps(), 1, 10_000_000);
    return new RecallSweep(
        usual.with(Map.of("keys", keys, "pairs", pairs, "steps", steps)),
        settings.whole("testPairs", pairs, 1, keys));
  }

  @Override
  public Set<String> settled() {
    return Set.of("pairs", "keys", "steps", "seed");
  }

  @Override
  public String title() {
    return "associative recall of " + usual.keys() + " keys";
  }

  @Override
  public String scoreName() {
    return "share recalled of " + testPairs + " pairs";
  }

  @Override
  public boolean minimize() {
    return false;
  }

  @Override
  public Outcome train(Map<String, Object> values, long seed, double share, Watch watch) {
    RecallOptions options = options(values).withSeed(seed);
    MultiQueryRecall task = MultiQueryRecall.dense(options.keys(), options.keys());
    MultiLayerNetwork network = new Recaller(task, options).init();
    return new NetworkTraining(
            network,
            options.steps(),
            listener ->
                RecallRun.fit(
                    network, task, options, (step, of, loss) -> listener.step(step, -loss)),
            () -> Accuracy.measure(network, task, 3 * testPairs, EXAMPLES, TEST_SEED).token())
        .run(share, watch, Map.of("task", title(), "parameters", values));
  }
}
