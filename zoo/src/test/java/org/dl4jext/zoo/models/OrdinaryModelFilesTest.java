package org.dl4jext.zoo.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.JarURLConnection;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.distribution.Distribution;
import org.deeplearning4j.nn.conf.distribution.TruncatedNormalDistribution;
import org.deeplearning4j.nn.conf.dropout.GaussianNoise;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.graph.rnn.ReverseTimeSeriesVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.util.MaskZeroLayer;
import org.deeplearning4j.nn.conf.stepfunctions.StepFunction;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.conf.weightnoise.IWeightNoise;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInitDistribution;
import org.deeplearning4j.util.ModelSerializer;
import org.dl4jext.recurrent.training.AdamW;
import org.dl4jext.recurrent.training.WarmupCosineSchedule;
import org.dl4jext.zoo.catalogue.NamedLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;

/** What DL4J writes is accepted, whatever the layers. */
class OrdinaryModelFilesTest {

  private static final List<Class<?>> NAMED_BY_CONFIGURATIONS =
      List.of(
          Layer.class,
          GraphVertex.class,
          InputPreProcessor.class,
          InputType.class,
          LayerConstraint.class,
          Distribution.class,
          IDropout.class,
          IWeightNoise.class,
          IWeightInit.class,
          StepFunction.class,
          IActivation.class,
          ILossFunction.class,
          IUpdater.class,
          ISchedule.class,
          Regularization.class);

  @Test
  void everyClassThatAStockConfigurationCanNameIsAllowed() throws Exception {
    List<String> refused = new ArrayList<>();
    int seen = 0;
    for (Class<?> anchor : List.of(Layer.class, IActivation.class)) {
      for (String name : classes(anchor)) {
        Class<?> type = Class.forName(name, false, anchor.getClassLoader());
        boolean named =
            !Modifier.isAbstract(type.getModifiers())
                && !type.isEnum()
                && NAMED_BY_CONFIGURATIONS.stream().anyMatch(base -> base.isAssignableFrom(type));
        if (named && !type.isAnonymousClass()) {
          seen++;
          if (!AllowedClasses.allows(name, Set.of())) {
            refused.add(name);
          }
        }
      }
    }
    assertTrue(seen > 200, "seen " + seen);
    assertEquals(List.of(), refused);
  }

  /** Names of the classes in the jar of a class, of the packages that configurations live in. */
  private static List<String> classes(Class<?> anchor) throws IOException {
    URL url = anchor.getResource(anchor.getSimpleName() + ".class");
    JarURLConnection connection = (JarURLConnection) url.openConnection();
    connection.setUseCaches(false);
    try (var jar = connection.getJarFile()) {
      return jar.stream()
          .map(entry -> entry.getName())
          .filter(name -> !name.contains("/serde/")) // for old files, which name classes otherwise
          .filter(
              name ->
                  name.matches(
                      "org/(deeplearning4j/nn/(conf|weights)|nd4j/linalg/"
                          + "(activations|learning|lossfunctions|schedule))/.*\\.class"))
          .map(name -> name.substring(0, name.length() - ".class".length()).replace('/', '.'))
          .toList();
    }
  }

  private static void staysEqual(Model model) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ModelSerializer.writeModel(model, bytes, true);
    StoredModel stored =
        SafeModels.load(new ByteArrayInputStream(bytes.toByteArray()), "it", Limits.defaults());
    assertEquals(List.of(), stored.leftOut());
    assertEquals(model.params(), stored.model().params());
  }

  private static MultiLayerNetwork initialised(MultiLayerNetwork network) {
    network.init();
    return network;
  }

  @Test
  void recurrentStockNetworksAreOpened() throws IOException {
    staysEqual(
        initialised(
            new MultiLayerNetwork(
                new NeuralNetConfiguration.Builder()
                    .updater(new Nesterovs(new StepSchedule(ScheduleType.EPOCH, 0.1, 0.5, 10)))
                    .weightNoise(new DropConnect(0.9))
                    .constrainWeights(new MaxNormConstraint(1, 1))
                    .dropOut(new GaussianNoise(0.1))
                    .l2(1e-4)
                    .l1(1e-5)
                    .list()
                    .layer(new EmbeddingSequenceLayer.Builder().nIn(9).nOut(4).build())
                    .layer(new Bidirectional(new LSTM.Builder().nOut(4).build()))
                    .layer(new FrozenLayer(new SimpleRnn.Builder().nOut(4).build()))
                    .layer(
                        new SelfAttentionLayer.Builder()
                            .nIn(4)
                            .nHeads(1)
                            .nOut(4)
                            .headSize(4)
                            .build())
                    .layer(new MaskZeroLayer(new SimpleRnn.Builder().nIn(4).nOut(4).build(), 0))
                    .layer(new LastTimeStep(new LSTM.Builder().nOut(4).build()))
                    .layer(
                        new OutputLayer.Builder(
                                new LossMCXENT(Nd4j.createFromArray(new float[] {1, 2, 3})))
                            .nOut(3)
                            .activation(Activation.SOFTMAX)
                            .build())
                    .setInputType(InputType.recurrent(9))
                    .build())));
  }

  @Test
  void convolutionalStockNetworksAreOpened() throws IOException {
    staysEqual(
        initialised(
            new MultiLayerNetwork(
                new NeuralNetConfiguration.Builder()
                    .weightInit(new WeightInitDistribution(new TruncatedNormalDistribution(0, 0.1)))
                    .list()
                    .layer(
                        new ConvolutionLayer.Builder(3, 3)
                            .nOut(2)
                            .activation(new ActivationLReLU(0.2))
                            .build())
                    .layer(new BatchNormalization())
                    .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).build())
                    .layer(new GlobalPoolingLayer())
                    .layer(new DenseLayer.Builder().nOut(3).dropOut(0.5).build())
                    .layer(new OutputLayer.Builder(LossFunction.MSE).nOut(2).build())
                    .setInputType(InputType.convolutional(8, 8, 1))
                    .build())));
  }

  @Test
  void stockGraphsAreOpened() throws IOException {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("a", "b")
                .setInputTypes(InputType.recurrent(4), InputType.recurrent(4))
                .addLayer("rnn", new LSTM.Builder().nOut(4).build(), "a")
                .addVertex("reversed", new ReverseTimeSeriesVertex("b"), "b")
                .addVertex(
                    "sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "rnn", "reversed")
                .addVertex("scaled", new ScaleVertex(2), "sum")
                .addVertex("both", new MergeVertex(), "scaled", "rnn")
                .addVertex("some", new SubsetVertex(1, 5), "both")
                .addVertex("last", new LastTimeStepVertex("a"), "some")
                .addLayer("out", new OutputLayer.Builder(LossFunction.MSE).nOut(2).build(), "last")
                .setOutputs("out")
                .backpropType(BackpropType.Standard)
                .build());
    graph.init();
    staysEqual(graph);
  }

  static Stream<NamedLayer> namedLayers() {
    return Stream.of(NamedLayer.values());
  }

  @ParameterizedTest
  @MethodSource("namedLayers")
  void theLayersOfThisLibraryAreOpened(NamedLayer layer) throws IOException {
    var builder =
        new AdamW(WarmupCosineSchedule.ofIterations(1e-3, 5, 10), 0.01)
            .install(new NeuralNetConfiguration.Builder())
            .list()
            .layer(layer.ofWidth(16))
            .layer(new RnnOutputLayer.Builder(LossFunction.MSE).nIn(16).nOut(2).build());
    staysEqual(initialised(new MultiLayerNetwork(builder.build())));
  }
}
