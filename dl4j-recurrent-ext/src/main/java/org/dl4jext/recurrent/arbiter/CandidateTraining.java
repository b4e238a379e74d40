package org.dl4jext.recurrent.arbiter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.deeplearning4j.arbiter.DL4JConfiguration;
import org.deeplearning4j.arbiter.GraphConfiguration;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.termination.IterationTerminationCondition;
import org.deeplearning4j.earlystopping.termination.MaxTimeIterationTerminationCondition;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingGraphTrainer;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingTrainer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.recurrent.arbiter.CandidateRun.Ending;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/** Trains and scores the network of one candidate. Used once. */
final class CandidateTraining {

  private static final String TRAINING = "training data";

  private final Candidate<?> candidate;
  private final long seed;
  private final Duration limit;
  private final StoppingRule stopping;
  private final Supplier<Object> trainData;
  private final Function<Object, Double> score;
  private long deadline;
  private int epochs;
  private int batches;

  /** What came out. */
  record Trained(Model model, double score, CandidateRun run) {}

  CandidateTraining(
      Candidate<?> candidate,
      long seed,
      Duration limit,
      StoppingRule stopping,
      Supplier<Object> trainData,
      Function<Object, Double> score) {
    this.candidate = candidate;
    this.seed = seed;
    this.limit = limit;
    this.stopping = stopping;
    this.trainData = trainData;
    this.score = score;
  }

  @SuppressWarnings("unchecked") // Arbiter does not say which networks are stopped early
  Trained train() {
    long start = System.nanoTime();
    deadline = start + (limit == null ? Long.MAX_VALUE / 2 : limit.toNanos());
    Object value = candidate.getValue();
    Trained trained;
    if (value instanceof DL4JConfiguration list) {
      MultiLayerNetwork network = new MultiLayerNetwork(seeded(list.getMultiLayerConfiguration()));
      network.init();
      trained = train(network, list.getEarlyStoppingConfiguration(), list.getNumEpochs());
    } else if (value instanceof GraphConfiguration graph) {
      ComputationGraph network = new ComputationGraph(seeded(graph.getConfiguration()));
      network.init();
      trained = train(network, graph.getEarlyStoppingConfiguration(), graph.getNumEpochs());
    } else {
      throw new IllegalArgumentException(
          "a candidate of this task creator is a network, not a " + value.getClass().getName());
    }
    CandidateRun run = trained.run();
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Trained(
        trained.model(),
        trained.score(),
        new CandidateRun(seed, run.epochs(), run.batches(), seconds, run.ending()));
  }

  private MultiLayerConfiguration seeded(MultiLayerConfiguration configuration) {
    configuration.getConfs().forEach(layer -> layer.setSeed(seed));
    return configuration;
  }

  private ComputationGraphConfiguration seeded(ComputationGraphConfiguration configuration) {
    NeuralNetConfiguration defaults = configuration.getDefaultConfiguration();
    defaults.setSeed(seed);
    configuration
        .getVertices()
        .values()
        .forEach(
            vertex -> {
              if (vertex instanceof LayerVertex layer) {
                layer.getLayerConf().setSeed(seed);
              }
            });
    return configuration;
  }

  private <M extends Model & NeuralNetwork> Trained train(
      M network, EarlyStoppingConfiguration<M> early, Integer numEpochs) {
    if (early != null) {
      return stopEarly(network, early);
    }
    int most = Budget.of(candidate).of(numEpochs == null ? 1 : numEpochs);
    Ending ending = Ending.EPOCHS;
    while (epochs < most && ending == Ending.EPOCHS) {
      epochs++;
      if (!epoch(network, trainData.get())) {
        ending = Ending.TIME_LIMIT;
      } else if (stopping != null
          && epochs < most
          && stopping.stops(candidate.getIndex(), epochs, finite(score.apply(network)))) {
        ending = Ending.STOPPING_RULE;
      }
    }
    return trained(network, ending);
  }

  private Trained trained(Model model, Ending ending) {
    double reached = finite(score.apply(model));
    return new Trained(model, reached, new CandidateRun(seed, epochs, batches, 0, ending));
  }

  private static double finite(double score) {
    if (Double.isNaN(score)) {
      throw new ArithmeticException("the score is NaN");
    }
    return score;
  }

  /** Whether the epoch ended in time. */
  private boolean epoch(NeuralNetwork network, Object data) {
    if (data instanceof MultiDataSetIterator multi) {
      multi.reset();
      while (inTime() && multi.hasNext()) {
        network.fit(multi.next());
        batches++;
      }
    } else {
      DataSetIterator single = DataSources.iterator(TRAINING, data);
      while (inTime() && single.hasNext()) {
        network.fit(single.next());
        batches++;
      }
    }
    if (network instanceof MultiLayerNetwork list) {
      list.incrementEpochCount();
    } else if (network instanceof ComputationGraph graph) {
      graph.incrementEpochCount();
    }
    return inTime();
  }

  private boolean inTime() {
    return System.nanoTime() < deadline;
  }

  @SuppressWarnings("unchecked")
  private <M extends Model> Trained stopEarly(M network, EarlyStoppingConfiguration<M> early) {
    if (limit != null) {
      List<IterationTerminationCondition> conditions = new ArrayList<>();
      if (early.getIterationTerminationConditions() != null) {
        conditions.addAll(early.getIterationTerminationConditions());
      }
      conditions.add(
          new MaxTimeIterationTerminationCondition(limit.toMillis(), TimeUnit.MILLISECONDS));
      early.setIterationTerminationConditions(conditions);
    }
    Object data = trainData.get();
    EarlyStoppingResult<?> result;
    if (network instanceof MultiLayerNetwork list) {
      var settings = (EarlyStoppingConfiguration<MultiLayerNetwork>) early;
      result = new EarlyStoppingTrainer(settings, list, DataSources.iterator(TRAINING, data)).fit();
    } else {
      var settings = (EarlyStoppingConfiguration<ComputationGraph>) early;
      ComputationGraph graph = (ComputationGraph) (Model) network;
      result =
          data instanceof MultiDataSetIterator multi
              ? new EarlyStoppingGraphTrainer(settings, graph, multi, null).fit()
              : new EarlyStoppingGraphTrainer(settings, graph, DataSources.iterator(TRAINING, data))
                  .fit();
    }
    if (result.getTerminationReason() == EarlyStoppingResult.TerminationReason.Error) {
      throw new IllegalStateException("training failed: " + result.getTerminationDetails());
    }
    epochs = result.getTotalEpochs();
    boolean late = !inTime();
    // Nothing has been scored yet where the time was up within the first epoch.
    Model best = result.getBestModel() == null ? network : result.getBestModel();
    return trained(best, late ? Ending.TIME_LIMIT : Ending.EARLY_STOPPING);
  }
}
