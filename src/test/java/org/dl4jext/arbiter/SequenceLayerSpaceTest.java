package org.dl4jext.arbiter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Stream;
import org.deeplearning4j.arbiter.ComputationGraphSpace;
import org.deeplearning4j.arbiter.DL4JConfiguration;
import org.deeplearning4j.arbiter.GraphConfiguration;
import org.deeplearning4j.arbiter.MultiLayerSpace;
import org.deeplearning4j.arbiter.conf.updater.AdamSpace;
import org.deeplearning4j.arbiter.layers.RnnOutputLayerSpace;
import org.deeplearning4j.arbiter.optimize.api.CandidateGenerator;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.api.TaskCreator;
import org.deeplearning4j.arbiter.optimize.config.OptimizationConfiguration;
import org.deeplearning4j.arbiter.optimize.generator.GeneticSearchCandidateGenerator;
import org.deeplearning4j.arbiter.optimize.generator.GridSearchCandidateGenerator;
import org.deeplearning4j.arbiter.optimize.generator.RandomSearchGenerator;
import org.deeplearning4j.arbiter.optimize.parameter.BooleanSpace;
import org.deeplearning4j.arbiter.optimize.parameter.continuous.ContinuousParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.integer.IntegerParameterSpace;
import org.deeplearning4j.arbiter.optimize.runner.CandidateInfo;
import org.deeplearning4j.arbiter.optimize.runner.LocalOptimizationRunner;
import org.deeplearning4j.arbiter.saver.local.FileModelSaver;
import org.deeplearning4j.arbiter.task.MultiLayerNetworkTaskCreator;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.recurrent.SequenceLayer;
import org.dl4jext.recurrent.arbiter.GeneratorExhausted;
import org.dl4jext.recurrent.arbiter.SequenceLayerSpace;
import org.dl4jext.recurrent.arbiter.SequenceScore;
import org.dl4jext.recurrent.arbiter.SequenceTaskCreator;
import org.dl4jext.recurrent.arbiter.ValidCandidates;
import org.dl4jext.recurrent.cells.FlashLstm;
import org.dl4jext.recurrent.delta.DeltaProduct;
import org.dl4jext.recurrent.memory.MemoryCaching;
import org.dl4jext.recurrent.plstm.Plstm;
import org.dl4jext.recurrent.qkan.QkanLstm;
import org.dl4jext.recurrent.universal.UniversalTransformer;
import org.dl4jext.samediff.delta.EigenvalueRange;
import org.dl4jext.samediff.memory.CachingVariant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Layers of the library in Arbiter's own searches. */
class SequenceLayerSpaceTest {

  private static final int WIDTH = 4;

  /** Two values each, so that a grid is small. */
  static Stream<SequenceLayerSpace<?>> spaces() {
    return Stream.of(
        SequenceLayerSpace.of(new DeltaProduct.Builder().nOut(WIDTH).build())
            .option("householders", new IntegerParameterSpace(1, 2))
            .option("eigenvalueRange", new DiscreteParameterSpace<>(EigenvalueRange.values()))
            .keepProbability(new ContinuousParameterSpace(0.8, 1))
            .build(),
        SequenceLayerSpace.of(new QkanLstm.Builder().nOut(WIDTH).latent(2, 2).build())
            .option("reps", new IntegerParameterSpace(1, 2))
            .option("base", new BooleanSpace())
            .build(),
        SequenceLayerSpace.of(new Plstm.Builder().nOut(WIDTH).build())
            .option("convolution", new DiscreteParameterSpace<>(0, 2))
            .option("normEps", new ContinuousParameterSpace(1e-6, 1e-3))
            .build(),
        SequenceLayerSpace.of(new UniversalTransformer.Builder().nOut(WIDTH).build())
            .option("maxSteps", new IntegerParameterSpace(1, 2))
            .option("ponderWeight", new ContinuousParameterSpace(0, 0.1))
            .build(),
        SequenceLayerSpace.of(new MemoryCaching.Builder().nOut(WIDTH).build())
            .option("caching.segmentLength", new DiscreteParameterSpace<>(2, 4))
            .option(
                "caching.variant",
                new DiscreteParameterSpace<>(CachingVariant.RESIDUAL, CachingVariant.GATED))
            .build(),
        SequenceLayerSpace.of(new FlashLstm.Builder().nOut(WIDTH).build())
            .option("forgetBias", new ContinuousParameterSpace(0, 2))
            .nOut(new DiscreteParameterSpace<>(4, 8))
            .build());
  }

  private static MultiLayerSpace network(SequenceLayerSpace<?> layer) {
    return new MultiLayerSpace.Builder()
        .updater(new AdamSpace(new ContinuousParameterSpace(1e-3, 1e-2)))
        .addLayer(layer)
        .addLayer(output())
        .setInputType(InputType.recurrent(3))
        .numEpochs(1)
        .build();
  }

  private static ComputationGraphSpace graph(SequenceLayerSpace<?> layer) {
    return new ComputationGraphSpace.Builder()
        .updater(new AdamSpace(new ContinuousParameterSpace(1e-3, 1e-2)))
        .addInputs("in")
        .setInputTypes(InputType.recurrent(3))
        .addLayer("rnn", layer, "in")
        .addLayer("out", output(), "rnn")
        .setOutputs("out")
        .numEpochs(1)
        .build();
  }

  private static RnnOutputLayerSpace output() {
    return new RnnOutputLayerSpace.Builder()
        .lossFunction(LossFunction.MCXENT)
        .activation(Activation.SOFTMAX)
        .nOut(3)
        .build();
  }

  private static OptimizationConfiguration search(CandidateGenerator generator, File folder) {
    return new OptimizationConfiguration.Builder()
        .candidateGenerator(generator)
        .dataSource(ParityData.class, new Properties())
        .modelSaver(new FileModelSaver(folder.getPath()))
        .scoreFunction(SequenceScore.accuracy())
        .terminationConditions(new GeneratorExhausted())
        .rngSeed(7)
        .build();
  }

  private static LocalOptimizationRunner run(
      CandidateGenerator generator, File folder, TaskCreator tasks) throws Exception {
    OptimizationConfiguration configuration = search(generator, folder);
    var runner = new LocalOptimizationRunner(1, configuration, tasks);
    runner.execute();
    List<String> failures =
        runner.getCandidateStatus().stream()
            .map(CandidateInfo::getExceptionStackTrace)
            .filter(Objects::nonNull)
            .toList();
    assertEquals(List.of(), failures);
    assertEquals(0, runner.numCandidatesFailed());
    assertEquals(runner.numCandidatesTotal(), runner.getResults().size());
    return runner;
  }

  @ParameterizedTest
  @MethodSource("spaces")
  void aRandomSearchHasNoFailures(SequenceLayerSpace<?> layer, @TempDir File folder)
      throws Exception {
    var generator = new ValidCandidates(new RandomSearchGenerator(network(layer)), 3);
    var runner = run(generator, folder, SequenceTaskCreator.ofSeed(1));
    assertEquals(3, runner.numCandidatesCompleted());
    assertEquals(0, generator.rejected());
    Object model = runner.getResults().get(0).getResultModel();
    assertInstanceOf(MultiLayerNetwork.class, model);
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("spaces")
  void aGridSearchHasNoFailures(SequenceLayerSpace<?> layer, @TempDir File folder)
      throws Exception {
    var grid =
        new GridSearchCandidateGenerator(
            network(layer), 2, GridSearchCandidateGenerator.Mode.Sequential, null);
    var runner = run(grid, folder, SequenceTaskCreator.ofSeed(1));
    assertEquals(grid.getTotalNumCandidates(), runner.numCandidatesCompleted());
    assertTrue(grid.getTotalNumCandidates() >= 8);
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("spaces")
  void aGraphTrains(SequenceLayerSpace<?> layer, @TempDir File folder) throws Exception {
    var runner =
        run(
            new ValidCandidates(new RandomSearchGenerator(graph(layer)), 2),
            folder,
            SequenceTaskCreator.ofSeed(1));
    assertInstanceOf(ComputationGraph.class, runner.getResults().get(0).getResultModel());
  }

  @Test
  void arbitersOwnTaskCreatorTrainsThem(@TempDir File folder) throws Exception {
    SequenceLayerSpace<?> layer = spaces().findFirst().orElseThrow();
    run(
        new ValidCandidates(new RandomSearchGenerator(network(layer)), 1),
        folder,
        new MultiLayerNetworkTaskCreator());
  }

  @Test
  void aGeneticSearchHasNoFailures(@TempDir File folder) throws Exception {
    SequenceLayerSpace<?> layer = spaces().findFirst().orElseThrow();
    var genetic =
        new GeneticSearchCandidateGenerator.Builder(network(layer), SequenceScore.accuracy())
            .build();
    run(new ValidCandidates(genetic, 6), folder, SequenceTaskCreator.ofSeed(1));
  }

  @ParameterizedTest
  @MethodSource("spaces")
  void jsonAndYamlAreEqualAfterARoundTrip(SequenceLayerSpace<?> layer, @TempDir File folder) {
    for (CandidateGenerator generator :
        List.of(
            new RandomSearchGenerator(network(layer)),
            new ValidCandidates(new RandomSearchGenerator(network(layer)), 3),
            new RandomSearchGenerator(graph(layer)),
            new GridSearchCandidateGenerator(
                network(layer), 2, GridSearchCandidateGenerator.Mode.Sequential, null))) {
      OptimizationConfiguration search = search(generator, folder);
      String json = search.toJson();
      OptimizationConfiguration again = OptimizationConfiguration.fromJson(json);
      assertEquals(json, again.toJson());
      String yaml = search.toYaml();
      assertEquals(yaml, OptimizationConfiguration.fromYaml(yaml).toYaml());
      assertEquals(
          configuration(search.getCandidateGenerator()),
          configuration(again.getCandidateGenerator()));
    }
  }

  /** The network of the middle of the space. */
  private static String configuration(CandidateGenerator generator) {
    ParameterSpace<?> space = generator.getParameterSpace();
    double[] middle = new double[space.numParameters()];
    Arrays.fill(middle, 0.6);
    Object value = space.getValue(middle);
    String json =
        value instanceof GraphConfiguration graph
            ? graph.getConfiguration().toJson()
            : ((DL4JConfiguration) value).getMultiLayerConfiguration().toJson();
    return json.replaceAll("\"seed\" : \\d+", "");
  }

  @Test
  void anUnknownComponentIsRefused() {
    var builder = SequenceLayerSpace.of(new DeltaProduct.Builder().nOut(4).build());
    var unknown =
        assertThrows(
            IllegalArgumentException.class,
            () -> builder.option("housholders", new IntegerParameterSpace(1, 2)));
    assertTrue(
        unknown.getMessage().startsWith("DeltaSpec has no component 'housholders'; it has [heads"),
        unknown.getMessage());
  }

  @Test
  void valuesOfAWrongTypeAreRefused() {
    var builder = SequenceLayerSpace.of(new DeltaProduct.Builder().nOut(4).build());
    for (Map.Entry<String, ParameterSpace<?>> wrong :
        Map.<String, ParameterSpace<?>>of(
                "householders", new ContinuousParameterSpace(1, 2),
                "forgetGate", new IntegerParameterSpace(0, 1),
                "eigenvalueRange", new DiscreteParameterSpace<>("SIGNED", "SINGED"))
            .entrySet()) {
      var error =
          assertThrows(
              IllegalArgumentException.class,
              () -> builder.option(wrong.getKey(), wrong.getValue()));
      assertTrue(error.getMessage().startsWith(wrong.getKey() + " is "), error.getMessage());
    }
  }

  @Test
  void combinationsThatAreNotAllowedAreDroppedAndCounted() {
    SequenceLayerSpace<?> layer =
        SequenceLayerSpace.of(new DeltaProduct.Builder().nOut(4).build())
            .option("heads", new DiscreteParameterSpace<>(1, 2))
            .option("valueHeads", new DiscreteParameterSpace<>(1, 2))
            .build();
    var grid =
        new GridSearchCandidateGenerator(
            network(layer), 2, GridSearchCandidateGenerator.Mode.Sequential, null);
    var valid = new ValidCandidates(grid, 100);
    int candidates = 0;
    while (valid.hasMoreCandidates()) {
      assertEquals(candidates++, valid.getCandidate().getIndex());
    }
    assertEquals(6, candidates);
    assertEquals(2, valid.rejected());
    assertTrue(valid.lastRejection().getMessage().contains("valueHeads is 1"));
  }

  @Test
  void aFixedValueNeedsNoParameter() {
    SequenceLayerSpace<DeltaProduct> space =
        SequenceLayerSpace.of(new DeltaProduct.Builder().nIn(3).nOut(4).build())
            .option("householders", 3)
            .option("forgetGate", new DiscreteParameterSpace<>(true))
            .build();
    assertEquals(0, space.numParameters());
    DeltaProduct layer = space.getValue(new double[0]);
    assertEquals(3, layer.getSpec().householders());
    assertTrue(layer.getSpec().forgetGate());
  }

  @Test
  void theOriginalLayerStaysAsItIs() {
    DeltaProduct layer = new DeltaProduct.Builder().nIn(3).nOut(4).build();
    DeltaProduct before = new DeltaProduct.Builder().nIn(3).nOut(4).build();
    SequenceLayer<?> other = layer.with(8, Map.of("householders", 1));
    assertEquals(before, layer);
    assertEquals(8, other.getNOut());
    assertEquals(3, other.getNIn());
  }

  @Test
  void aKeepProbabilityOfOneIsNoDropout() {
    SequenceLayerSpace<FlashLstm> space =
        SequenceLayerSpace.of(new FlashLstm.Builder().nOut(4).build())
            .keepProbability(new ContinuousParameterSpace(0.5, 1))
            .build();
    space.collectLeaves().get(0).setIndices(0);
    assertNull(space.getValue(new double[] {1}).getIDropout());
    assertTrue(space.getValue(new double[] {0}).getIDropout() != null);
  }
}
