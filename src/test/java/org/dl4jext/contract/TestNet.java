package org.dl4jext.contract;

import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A small network of some layers under test and an output layer, of either kind. */
final class TestNet {

  static final int INPUTS = 3;
  static final int OUTPUTS = 2;

  private final Variant variant;
  private final Model model;

  private TestNet(Variant variant, Model model) {
    this.variant = variant;
    this.model = model;
  }

  static TestNet of(
      Variant variant, Supplier<? extends org.deeplearning4j.nn.conf.layers.Layer> layer) {
    return of(variant, layer, builder -> {});
  }

  static TestNet of(
      Variant variant,
      Supplier<? extends org.deeplearning4j.nn.conf.layers.Layer> layer,
      Consumer<NeuralNetConfiguration.Builder> options) {
    return of(variant, layer, options, 0);
  }

  /** With truncated BPTT over segments of the given length, if it is not 0. */
  static TestNet of(
      Variant variant,
      Supplier<? extends org.deeplearning4j.nn.conf.layers.Layer> layer,
      Consumer<NeuralNetConfiguration.Builder> options,
      int segment) {
    NeuralNetConfiguration.Builder builder =
        new NeuralNetConfiguration.Builder()
            .seed(7)
            .dataType(variant.dataType())
            .updater(new Sgd(0.1));
    options.accept(builder);
    InputType input = InputType.recurrent(INPUTS, variant.format());
    RnnOutputLayer head =
        new RnnOutputLayer.Builder(LossFunction.MSE)
            .nOut(OUTPUTS)
            .activation(Activation.IDENTITY)
            .dataFormat(variant.format())
            .build();
    if (variant.graph()) {
      ComputationGraphConfiguration.GraphBuilder graph =
          builder.graphBuilder().addInputs("in").setInputTypes(input);
      String previous = "in";
      for (int i = 0; i < variant.depth(); i++) {
        graph.addLayer("layer" + i, layer.get(), previous);
        previous = "layer" + i;
      }
      graph.addLayer("out", head, previous).setOutputs("out");
      if (segment > 0) {
        graph.backpropType(BackpropType.TruncatedBPTT).tBPTTLength(segment);
      }
      ComputationGraph net = new ComputationGraph(graph.build());
      net.init();
      return new TestNet(variant, net);
    }
    NeuralNetConfiguration.ListBuilder list = builder.list();
    for (int i = 0; i < variant.depth(); i++) {
      list.layer(layer.get());
    }
    list.layer(head).setInputType(input);
    if (segment > 0) {
      list.backpropType(BackpropType.TruncatedBPTT).tBPTTLength(segment);
    }
    MultiLayerConfiguration conf = list.build();
    MultiLayerNetwork net = new MultiLayerNetwork(conf);
    net.init();
    return new TestNet(variant, net);
  }

  Variant variant() {
    return variant;
  }

  Model model() {
    return model;
  }

  MultiLayerNetwork multiLayer() {
    return (MultiLayerNetwork) model;
  }

  ComputationGraph graph() {
    return (ComputationGraph) model;
  }

  TestNet withModel(Model other) {
    return new TestNet(variant, other);
  }

  Layer layer(int index) {
    return model instanceof MultiLayerNetwork net
        ? net.getLayer(index)
        : graph().getLayer("layer" + index);
  }

  RecurrentLayer recurrent(int index) {
    return (RecurrentLayer) layer(index);
  }

  INDArray params() {
    return model.params();
  }

  /** Random input of this network's format; a batch axis, channels and time. */
  INDArray input(int batch, int steps, int seed) {
    return random(batch, INPUTS, steps, seed);
  }

  INDArray labels(int batch, int steps, int seed) {
    return random(batch, OUTPUTS, steps, seed);
  }

  private INDArray random(int batch, int channels, int steps, int seed) {
    Nd4j.getRandom().setSeed(seed);
    INDArray rows = Nd4j.randn(org.nd4j.linalg.api.buffer.DataType.DOUBLE, batch, channels, steps);
    INDArray typed = rows.castTo(variant.dataType());
    return variant.timeAxis() == 2 ? typed : typed.permute(0, 2, 1).dup('c');
  }

  /** All of some steps. */
  INDArray steps(INDArray array, int from, int to) {
    INDArrayIndex[] index = {NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.all()};
    index[variant.timeAxis()] = NDArrayIndex.interval(from, to);
    return array.get(index);
  }

  /** One step of one example. */
  INDArray step(INDArray array, int example, int step) {
    INDArrayIndex[] index = {NDArrayIndex.point(example), NDArrayIndex.all(), NDArrayIndex.all()};
    index[variant.timeAxis()] = NDArrayIndex.point(step);
    return array.get(index);
  }

  INDArray output(INDArray x) {
    return output(x, null);
  }

  INDArray output(INDArray x, INDArray mask) {
    if (model instanceof MultiLayerNetwork net) {
      return net.output(x, false, mask, null);
    }
    return graph().output(false, new INDArray[] {x}, masks(mask), null)[0];
  }

  /** Activations of the last layer under test. */
  INDArray activations(INDArray x, INDArray mask) {
    if (model instanceof MultiLayerNetwork net) {
      net.setLayerMaskArrays(mask, null);
      INDArray y = net.feedForward(x, false).get(variant.depth());
      net.clearLayerMaskArrays();
      return y;
    }
    graph().setLayerMaskArrays(masks(mask), null);
    Map<String, INDArray> all = graph().feedForward(x, false);
    graph().clearLayerMaskArrays();
    return all.get("layer" + (variant.depth() - 1));
  }

  private static INDArray[] masks(INDArray mask) {
    return mask == null ? null : new INDArray[] {mask};
  }

  void fit(DataSet data) {
    if (model instanceof MultiLayerNetwork net) {
      net.fit(data);
    } else {
      graph().fit(data);
    }
  }

  double score(DataSet data) {
    return model instanceof MultiLayerNetwork net ? net.score(data) : graph().score(data);
  }

  INDArray timeStep(INDArray x) {
    return model instanceof MultiLayerNetwork net ? net.rnnTimeStep(x) : graph().rnnTimeStep(x)[0];
  }

  void clearState() {
    if (model instanceof MultiLayerNetwork net) {
      net.rnnClearPreviousState();
    } else {
      graph().rnnClearPreviousState();
    }
  }

  /** Flat gradient of the loss, divided by nothing. */
  INDArray gradient(DataSet data) {
    if (model instanceof MultiLayerNetwork net) {
      net.setInput(data.getFeatures());
      net.setLabels(data.getLabels());
      net.setLayerMaskArrays(data.getFeaturesMaskArray(), data.getLabelsMaskArray());
    } else {
      graph().setInputs(data.getFeatures());
      graph().setLabels(data.getLabels());
      graph()
          .setLayerMaskArrays(masks(data.getFeaturesMaskArray()), masks(data.getLabelsMaskArray()));
    }
    model.computeGradientAndScore(null);
    INDArray flat = model.gradient().gradient().dup();
    if (model instanceof MultiLayerNetwork net) {
      net.clearLayerMaskArrays();
    } else {
      graph().clearLayerMaskArrays();
    }
    return flat;
  }
}
