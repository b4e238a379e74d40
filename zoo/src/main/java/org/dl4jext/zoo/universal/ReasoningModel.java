package org.dl4jext.zoo.universal;

import java.util.Map;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.datasets.ReasoningTask;
import org.dl4jext.recurrent.cells.FlashLstm;
import org.dl4jext.recurrent.universal.UniversalTransformer;
import org.dl4jext.samediff.universal.HaltingScope;
import org.dl4jext.samediff.universal.UniversalSpec;

/** What can be trained on a reasoning task; all have about as many parameters. */
public enum ReasoningModel {
  /** A Universal Transformer whose positions halt. */
  UT_HALTING,
  /** A Universal Transformer that takes all steps. */
  UT_FIXED,
  /** Two blocks with parameters of their own, narrower so that they have no more of them. */
  TRANSFORMER,
  /** An LSTM, which sees the past only. */
  LSTM;

  private static final double NARROWER = 0.75;

  /** The network that the options ask for, with the parameters of its seed. */
  public MultiLayerNetwork network(ReasoningTask task, ReasoningOptions options) {
    MultiLayerNetwork network = new MultiLayerNetwork(build(task, options));
    network.init();
    return network;
  }

  MultiLayerConfiguration build(ReasoningTask task, ReasoningOptions options) {
    Training training = new Training(options.rate(), options.updates(), options.seed());
    UniversalSpec spec = options.spec();
    int width = options.width();
    return switch (this) {
      case UT_HALTING -> universal(task, options).configuration();
      case UT_FIXED ->
          universal(spec.with("halting", HaltingScope.NONE), task, width, training).configuration();
      case TRANSFORMER -> transformer(task, options, training);
      case LSTM -> {
        int hidden = hidden(task.channels(), parameters(task, options));
        BaseRecurrentLayer layer =
            new FlashLstm.Builder().nIn(task.channels()).nOut(hidden).build();
        yield UniversalTransformerClassifier.network(training, hidden, task.classes(), layer);
      }
    };
  }

  /** The zoo model behind {@link #UT_HALTING}. */
  public static UniversalTransformerClassifier universal(
      ReasoningTask task, ReasoningOptions options) {
    Training training = new Training(options.rate(), options.updates(), options.seed());
    return universal(options.spec(), task, options.width(), training);
  }

  private static UniversalTransformerClassifier universal(
      UniversalSpec spec, ReasoningTask task, int width, Training training) {
    return new UniversalTransformerClassifier(
        spec, task.channels(), width, task.classes(), training);
  }

  private static MultiLayerConfiguration transformer(
      ReasoningTask task, ReasoningOptions options, Training training) {
    int heads = options.heads();
    int width = (int) (NARROWER * options.width()) / heads * heads;
    // Each of the two blocks gets half of the parameters of the one block.
    long half = (4L * options.width() + 2L * options.innerSize()) * options.width() / 2;
    int inner = (int) Math.max(1, (half - 4L * width * width) / (2L * width));
    UniversalSpec spec =
        options
            .spec()
            .with(Map.of("halting", HaltingScope.NONE, "maxSteps", 1, "innerSize", inner));
    return UniversalTransformerClassifier.network(
        training,
        width,
        task.classes(),
        new UniversalTransformer.Builder().nIn(task.channels()).nOut(width).spec(spec).build(),
        new UniversalTransformer.Builder().nIn(width).nOut(width).spec(spec).build());
  }

  private static long parameters(ReasoningTask task, ReasoningOptions options) {
    return new UniversalTransformer.Builder()
            .nIn(task.channels())
            .nOut(options.width())
            .spec(options.spec())
            .build()
            .parameters()
            .stream()
            .mapToLong(p -> p.length())
            .sum();
  }

  /** Units of an LSTM with about so many parameters. */
  private static int hidden(int inputs, long parameters) {
    int hidden = 1;
    while (4L * (hidden + 1) * (inputs + hidden + 2) <= parameters) {
      hidden++;
    }
    return hidden;
  }
}
