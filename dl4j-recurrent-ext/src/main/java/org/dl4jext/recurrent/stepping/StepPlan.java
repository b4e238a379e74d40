package org.dl4jext.recurrent.stepping;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.dl4jext.recurrent.SequenceLayer;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.block.DenseActivation;
import org.dl4jext.samediff.block.DoubleDense;
import org.dl4jext.samediff.block.DoubleStepChain;
import org.dl4jext.samediff.block.FloatDense;
import org.dl4jext.samediff.block.FloatStepChain;
import org.dl4jext.samediff.kernel.DoubleStepKernel;
import org.dl4jext.samediff.kernel.FloatStepKernel;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftPlus;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The layers of a network as what a stepper needs of them, checked. */
final class StepPlan {

  /** One layer, for either data type. */
  private interface Stage {
    FloatStepKernel floats(int streams);

    DoubleStepKernel doubles(int streams);

    int outputSize();

    List<TensorShape> states();
  }

  private final DataType dataType;
  private final int streams;
  private final int inputSize;
  private final List<Stage> stages;
  private final List<TensorShape> states = new ArrayList<>();

  private StepPlan(DataType dataType, int streams, int inputSize, List<Stage> stages) {
    this.dataType = dataType;
    this.streams = streams;
    this.inputSize = inputSize;
    this.stages = stages;
    for (int i = 0; i < stages.size(); i++) {
      for (TensorShape s : stages.get(i).states()) {
        states.add(new TensorShape(i + "." + s.name(), s.role(), s.shape()));
      }
    }
  }

  static StepPlan of(MultiLayerNetwork net, int streams) {
    if (streams < 1) {
      throw new IllegalArgumentException("Stepper: streams is " + streams + "; allowed: 1 or more");
    }
    DataType dataType = net.getLayerWiseConfigurations().getDataType();
    if (dataType != DataType.FLOAT && dataType != DataType.DOUBLE) {
      throw new UnsupportedOperationException(
          "Stepper: the network is " + dataType + "; allowed: FLOAT, DOUBLE");
    }
    List<Stage> stages = new ArrayList<>();
    for (int i = 0; i < net.getnLayers(); i++) {
      requireNeutral(net.getLayerWiseConfigurations().getInputPreProcess(i), i);
      Layer layer = net.getLayer(i);
      while (layer instanceof FrozenLayer frozen) {
        layer = frozen.getUnderlying();
      }
      stages.add(stage(layer, i, dataType));
    }
    Layer first = net.getLayer(0);
    while (first instanceof FrozenLayer frozen) {
      first = frozen.getUnderlying();
    }
    int inputSize = Math.toIntExact(((FeedForwardLayer) first.conf().getLayer()).getNIn());
    return new StepPlan(dataType, streams, inputSize, stages);
  }

  DataType dataType() {
    return dataType;
  }

  int streams() {
    return streams;
  }

  int inputSize() {
    return inputSize;
  }

  int outputSize() {
    return stages.get(stages.size() - 1).outputSize();
  }

  /** The states of all layers, in order, with the number of the layer before the name. */
  List<TensorShape> states() {
    return states;
  }

  FloatStepChain floatChain() {
    return new FloatStepChain(
        stages.stream().map(s -> s.floats(streams)).toList(), outputSizes(), stateCounts());
  }

  DoubleStepChain doubleChain() {
    return new DoubleStepChain(
        stages.stream().map(s -> s.doubles(streams)).toList(), outputSizes(), stateCounts());
  }

  private List<Integer> outputSizes() {
    return stages.stream().map(Stage::outputSize).toList();
  }

  private List<Integer> stateCounts() {
    return stages.stream().map(s -> s.states().size()).toList();
  }

  /** Between single steps the change from sequences to rows and back does nothing. */
  private static void requireNeutral(InputPreProcessor processor, int index) {
    if (processor != null
        && !(processor instanceof RnnToFeedForwardPreProcessor)
        && !(processor instanceof FeedForwardToRnnPreProcessor)) {
      throw new UnsupportedOperationException(
          "Stepper: the preprocessor of layer "
              + index
              + " is a "
              + processor.getClass().getSimpleName()
              + "; allowed: RnnToFeedForwardPreProcessor, FeedForwardToRnnPreProcessor");
    }
  }

  private static Stage stage(Layer layer, int index, DataType dataType) {
    var conf = layer.conf().getLayer();
    if (conf instanceof SequenceLayer<?> ours) {
      return new UnitStage(describe(layer, index), ours, layer, dataType);
    }
    boolean dense = conf.getClass() == DenseLayer.class && !((DenseLayer) conf).hasLayerNorm();
    if (dense || conf.getClass() == OutputLayer.class || conf.getClass() == RnnOutputLayer.class) {
      boolean bias = dense ? ((DenseLayer) conf).hasBias() : ((BaseOutputLayer) conf).hasBias();
      return new DenseStage(
          layer.getParam(DefaultParamInitializer.WEIGHT_KEY),
          bias ? layer.getParam(DefaultParamInitializer.BIAS_KEY) : null,
          activation(((BaseLayer) conf).getActivationFn(), describe(layer, index)));
    }
    throw new UnsupportedOperationException(
        "Stepper: "
            + describe(layer, index)
            + " cannot run here; allowed: layers of this library, DenseLayer without layer norm,"
            + " OutputLayer, RnnOutputLayer");
  }

  private static String describe(Layer layer, int index) {
    String name = layer.conf().getLayer().getLayerName();
    return "layer "
        + index
        + " ("
        + layer.conf().getLayer().getClass().getSimpleName()
        + (name == null ? "" : " '" + name + "'")
        + ")";
  }

  private static DenseActivation activation(IActivation function, String layer) {
    if (function instanceof ActivationIdentity) {
      return DenseActivation.IDENTITY;
    } else if (function instanceof ActivationReLU) {
      return DenseActivation.RELU;
    } else if (function instanceof ActivationTanH) {
      return DenseActivation.TANH;
    } else if (function instanceof ActivationSigmoid) {
      return DenseActivation.SIGMOID;
    } else if (function instanceof ActivationSwish) {
      return DenseActivation.SWISH;
    } else if (function instanceof ActivationSoftPlus) {
      return DenseActivation.SOFTPLUS;
    } else if (function instanceof ActivationSoftmax) {
      return DenseActivation.SOFTMAX;
    } else if (function instanceof ActivationELU elu && elu.getAlpha() == 1) {
      return DenseActivation.ELU;
    } else if (function instanceof ActivationLReLU leaky && leaky.getAlpha() == 0.01) {
      return DenseActivation.LEAKY_RELU;
    }
    throw new UnsupportedOperationException(
        "Stepper: the activation of "
            + layer
            + " is "
            + function
            + "; allowed: identity, relu, leaky relu (0.01), elu (1), tanh, sigmoid, swish,"
            + " softplus, softmax");
  }

  /** A dense or output layer. */
  private record DenseStage(INDArray w, INDArray bias, DenseActivation activation)
      implements Stage {

    @Override
    public FloatStepKernel floats(int streams) {
      return new FloatDense(w, bias, activation, streams);
    }

    @Override
    public DoubleStepKernel doubles(int streams) {
      return new DoubleDense(w, bias, activation, streams);
    }

    @Override
    public int outputSize() {
      return Math.toIntExact(w.size(1));
    }

    @Override
    public List<TensorShape> states() {
      return List.of();
    }
  }

  /** A layer of this library. */
  private static final class UnitStage implements Stage {
    private final String name;
    private final LayerUnit unit;
    private final INDArray[] parameters;

    UnitStage(String name, SequenceLayer<?> conf, Layer layer, DataType dataType) {
      this.name = name;
      if (!conf.canStep()) {
        throw new UnsupportedOperationException(
            "Stepper: " + name + " cannot run step by step; a step depends on later steps");
      }
      unit = conf.unit(Execution.HOST, dataType);
      parameters =
          unit.parameters().stream().map(p -> layer.getParam(p.name())).toArray(INDArray[]::new);
    }

    @Override
    public FloatStepKernel floats(int streams) {
      return requireKernel(unit.floatStepKernel(parameters, streams));
    }

    @Override
    public DoubleStepKernel doubles(int streams) {
      return requireKernel(unit.doubleStepKernel(parameters, streams));
    }

    private <K> K requireKernel(K kernel) {
      if (kernel == null) {
        throw new UnsupportedOperationException(
            "Stepper: " + name + " has no step kernel; use net.rnnTimeStep");
      }
      return kernel;
    }

    @Override
    public int outputSize() {
      return Math.toIntExact(unit.outputSize());
    }

    @Override
    public List<TensorShape> states() {
      return unit.states();
    }
  }
}
