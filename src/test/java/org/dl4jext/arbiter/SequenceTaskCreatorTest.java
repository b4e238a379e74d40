package org.dl4jext.arbiter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.deeplearning4j.arbiter.DL4JConfiguration;
import org.deeplearning4j.arbiter.MultiLayerSpace;
import org.deeplearning4j.arbiter.layers.RnnOutputLayerSpace;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.api.CandidateGenerator;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.api.score.ScoreFunction;
import org.deeplearning4j.arbiter.optimize.config.OptimizationConfiguration;
import org.deeplearning4j.arbiter.optimize.generator.RandomSearchGenerator;
import org.deeplearning4j.arbiter.optimize.parameter.integer.IntegerParameterSpace;
import org.deeplearning4j.arbiter.optimize.runner.CandidateStatus;
import org.deeplearning4j.arbiter.optimize.runner.LocalOptimizationRunner;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.recurrent.arbiter.CandidateRun;
import org.dl4jext.recurrent.arbiter.CandidateRun.Ending;
import org.dl4jext.recurrent.arbiter.CandidateSeed;
import org.dl4jext.recurrent.arbiter.GeneratorExhausted;
import org.dl4jext.recurrent.arbiter.SequenceLayerSpace;
import org.dl4jext.recurrent.arbiter.SequenceScore;
import org.dl4jext.recurrent.arbiter.SequenceTaskCreator;
import org.dl4jext.recurrent.arbiter.SuccessiveHalving;
import org.dl4jext.recurrent.delta.DeltaProduct;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Trainings of single candidates, and their scores. */
class SequenceTaskCreatorTest {

  private static final int EPOCHS = 4;
  private static final int BATCHES = 2;
  private static final SequenceTaskCreator TASKS = SequenceTaskCreator.ofSeed(5);

  private static MultiLayerSpace.Builder network() {
    return new MultiLayerSpace.Builder()
        .addLayer(
            SequenceLayerSpace.of(new DeltaProduct.Builder().nOut(4).build())
                .option("householders", new IntegerParameterSpace(1, 2))
                .build())
        .addLayer(
            new RnnOutputLayerSpace.Builder()
                .lossFunction(LossFunction.MCXENT)
                .activation(Activation.SOFTMAX)
                .nOut(3)
                .build())
        .setInputType(InputType.recurrent(3))
        .numEpochs(EPOCHS);
  }

  private static CandidateGenerator random(MultiLayerSpace space) {
    CandidateGenerator generator = new RandomSearchGenerator(space);
    generator.setRngSeed(1);
    return generator;
  }

  private static OptimizationResult train(
      SequenceTaskCreator tasks, CandidateGenerator generator, ScoreFunction score)
      throws Exception {
    Candidate<?> candidate = generator.getCandidate();
    OptimizationConfiguration search =
        new OptimizationConfiguration.Builder()
            .candidateGenerator(generator)
            .dataSource(ParityData.class, new Properties())
            .scoreFunction(score)
            .terminationConditions(new GeneratorExhausted())
            .build();
    var runner = new LocalOptimizationRunner(1, search, tasks);
    return tasks
        .create(candidate, ParityData.class, new Properties(), score, List.of(), runner)
        .call();
  }

  private static CandidateRun run(SequenceTaskCreator tasks, CandidateGenerator generator)
      throws Exception {
    OptimizationResult result = train(tasks, generator, SequenceScore.accuracy());
    assertNull(result.getCandidateInfo().getExceptionStackTrace());
    assertNotNull(result.getScore());
    return (CandidateRun) result.getModelSpecificResults();
  }

  @Test
  void theSeedOfACandidateDecidesItsScore() throws Exception {
    SequenceScore loss = SequenceScore.loss();
    OptimizationResult first = train(TASKS, random(network().build()), loss);
    CandidateRun run = (CandidateRun) first.getModelSpecificResults();
    assertEquals(CandidateSeed.of(5, 0), run.seed());
    assertEquals(EPOCHS, run.epochs());
    assertEquals(EPOCHS * BATCHES, run.batches());
    assertEquals(Ending.EPOCHS, run.ending());
    assertEquals(first.getScore(), train(TASKS, random(network().build()), loss).getScore());
    SequenceTaskCreator other = SequenceTaskCreator.ofSeed(6);
    assertNotEquals(first.getScore(), train(other, random(network().build()), loss).getScore());
  }

  @Test
  void aBudgetIsAShareOfTheEpochs() throws Exception {
    var halving = new SuccessiveHalving(random(network().build()), 2, 2, 2, false);
    assertEquals(EPOCHS / 2, run(TASKS, halving).epochs());
  }

  @Test
  void aTimeLimitEndsTheTraining() throws Exception {
    CandidateRun run = run(TASKS.withTimeLimit(Duration.ofNanos(1)), random(network().build()));
    assertEquals(Ending.TIME_LIMIT, run.ending());
    assertEquals(0, run.batches());
  }

  @Test
  void aStoppingRuleEndsTheTraining() throws Exception {
    SequenceTaskCreator tasks = TASKS.withStopping((candidate, step, score) -> step == 2);
    CandidateRun run = run(tasks, random(network().build()));
    assertEquals(Ending.STOPPING_RULE, run.ending());
    assertEquals(2, run.epochs());
  }

  @Test
  void theEarlyStoppingOfASpaceIsRespected() throws Exception {
    var early =
        new EarlyStoppingConfiguration.Builder<MultiLayerNetwork>()
            .scoreCalculator(new DataSetLossCalculator(ParityData.data(6, 2), true))
            .epochTerminationConditions(new MaxEpochsTerminationCondition(3))
            .build();
    MultiLayerSpace space = network().earlyStoppingConfiguration(early).build();
    CandidateRun run = run(TASKS, random(space));
    assertEquals(Ending.EARLY_STOPPING, run.ending());
    assertEquals(3, run.epochs());
  }

  @Test
  void aScoreOfNaNIsAFailure() throws Exception {
    ScoreFunction nan =
        (ScoreFunction)
            Proxy.newProxyInstance(
                ScoreFunction.class.getClassLoader(),
                new Class<?>[] {ScoreFunction.class},
                (proxy, method, arguments) -> Double.NaN);
    OptimizationResult result = train(TASKS, random(network().build()), nan);
    assertEquals(CandidateStatus.Failed, result.getCandidateInfo().getCandidateStatus());
    assertNull(result.getScore());
    assertTrue(result.getCandidateInfo().getExceptionStackTrace().contains("score is NaN"));
  }

  @Test
  void scoresAreThoseOfTheTestData() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            ((DL4JConfiguration) random(network().build()).getCandidate().getValue())
                .getMultiLayerConfiguration());
    network.init();
    var none = new Properties();
    double accuracy = network.evaluate(ParityData.data(6, 2)).accuracy();
    double longer = network.evaluate(ParityData.data(9, 2)).accuracy();
    assertNotEquals(accuracy, longer);
    assertEquals(accuracy, SequenceScore.accuracy().score(network, ParityData.class, none));
    assertEquals(longer, SequenceScore.accuracyAtLength(9).score(network, ParityData.class, none));
    double error = network.evaluateRegression(ParityData.data(6, 2)).averageMeanAbsoluteError();
    assertEquals(
        error / 0.5, SequenceScore.mase(0.5).score(network, ParityData.class, none), 1e-12);
    double loss = 0;
    for (var data = ParityData.data(6, 2); data.hasNext(); ) {
      loss += network.score(data.next()) / BATCHES;
    }
    assertEquals(loss, SequenceScore.loss().score(network, ParityData.class, none), 1e-6);
  }
}
