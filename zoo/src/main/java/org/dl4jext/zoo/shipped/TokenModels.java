package org.dl4jext.zoo.shipped;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.datasets.MultiQueryRecall;
import org.dl4jext.datasets.PointerHopping;
import org.dl4jext.datasets.SequenceTask;
import org.dl4jext.samediff.memory.BaseMemory;
import org.dl4jext.samediff.memory.CachingVariant;
import org.dl4jext.zoo.memory.RecallOptions;
import org.dl4jext.zoo.memory.RecallRun;
import org.dl4jext.zoo.memory.RecallTable;
import org.dl4jext.zoo.memory.Recaller;
import org.dl4jext.zoo.models.StoredModel;
import org.dl4jext.zoo.tracking.Accuracy;
import org.dl4jext.zoo.tracking.TrackingNetwork;
import org.dl4jext.zoo.tracking.TrackingOptions;
import org.dl4jext.zoo.tracking.TrackingRun;
import org.dl4jext.zoo.universal.ReasoningModel;
import org.dl4jext.zoo.universal.ReasoningOptions;
import org.dl4jext.zoo.universal.ReasoningRun;

/** Shipped models of tasks on tokens, whose examples are drawn from a seed. */
final class TokenModels {

  private static final int EXAMPLES = 32;

  private TokenModels() {}

  /** DeltaProduct that follows a state; measured at a length beyond that of training. */
  static ShippedModel tracking(
      String name, SequenceTask task, TrackingOptions options, int length) {
    return new ShippedModel(
        name,
        "state tracking, " + task.name() + ", trained to length " + options.length(),
        options.seed(),
        () -> new TrackingNetwork(task, options),
        listener -> {
          TrackingRun.Listener steps = (step, of, at, right) -> listener.step(step, of, right);
          TrackingRun run = TrackingRun.train(task, options, List.of(), steps);
          return StoredModel.of(run.network(), Map.of());
        },
        (model, seed) -> {
          String measure = "token accuracy at length " + length;
          return accuracy(measure, model.network(), task, length, seed);
        });
  }

  /** Memory caching that recalls values; measured at more pairs than in training. */
  static ShippedModel recall(String name, long seed) {
    RecallOptions options =
        RecallOptions.of(BaseMemory.LINEAR, RecallTable.caching(CachingVariant.GATED, 4), seed);
    MultiQueryRecall task = MultiQueryRecall.dense(options.keys(), options.keys());
    return new ShippedModel(
        name,
        "associative recall of 48 keys, trained at " + options.pairs() + " pairs",
        seed,
        () -> new Recaller(task, options),
        listener -> {
          RecallRun run = RecallRun.train(options, listener::step);
          return StoredModel.of(run.network(), Map.of());
        },
        (model, from) -> {
          int length = 3 * options.keys();
          return accuracy("share recalled of 48 pairs", model.network(), task, length, from);
        });
  }

  private static Metric accuracy(
      String name, MultiLayerNetwork network, SequenceTask task, int length, long seed) {
    return Metric.mean(
        name,
        true,
        1.0 / (EXAMPLES * length),
        seed,
        part -> Accuracy.measure(network, task, length, EXAMPLES, part).token());
  }

  /** Universal Transformer that follows pointers; measured at the most hops of training. */
  static ShippedModel pointers(String name, int updates, long seed) {
    int hops = 4;
    PointerHopping task = new PointerHopping(8, hops);
    ReasoningOptions options =
        ReasoningOptions.of(ReasoningModel.UT_HALTING, 1, hops, updates, seed);
    return new ShippedModel(
        name,
        "pointer hopping, 1 to 4 hops among 8 pointers",
        seed,
        () -> ReasoningModel.universal(task, options),
        listener -> {
          ReasoningRun run = ReasoningRun.train(task, options, List.of(), listener::step);
          return StoredModel.of(run.network(), Map.of());
        },
        (model, from) -> {
          MultiLayerNetwork network = model.network();
          return Metric.mean(
              "token accuracy at 4 hops",
              true,
              1.0 / EXAMPLES,
              from,
              part -> ReasoningRun.measure(network, task, hops, EXAMPLES, part).token());
        });
  }
}
