package org.dl4jext.recurrent.stepping;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.recurrent.block.LayerNorm;
import org.dl4jext.recurrent.block.PreNormResidual;
import org.dl4jext.recurrent.block.RmsNorm;
import org.dl4jext.recurrent.block.SwiGlu;
import org.dl4jext.recurrent.delta.DeltaProduct;
import org.dl4jext.recurrent.plstm.Plstm;
import org.dl4jext.samediff.block.LayerNormSpec;
import org.dl4jext.samediff.delta.DeltaSpec;
import org.dl4jext.samediff.plstm.PlstmSpec;
import org.junit.jupiter.api.function.Executable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks of layers that step, and their inputs. */
final class StepperNetworks {

  static final int INPUTS = 3;
  static final int WIDTH = 8;
  static final int OUTPUTS = 2;

  private StepperNetworks() {}

  static List<Layer> delta() {
    return List.of(new DeltaProduct.Builder().nOut(WIDTH).heads(2).build());
  }

  static List<Layer> plstm() {
    PlstmSpec spec = PlstmSpec.of(2, 4).withStateTracking(3).with("passthrough", true);
    return List.of(new Plstm.Builder().nOut(WIDTH).spec(spec).build());
  }

  static List<Layer> blocks() {
    DeltaSpec gated = DeltaSpec.gatedDeltaProduct(WIDTH, 2, 2);
    return List.of(
        new PreNormResidual.Builder(new DeltaProduct.Builder().nOut(WIDTH).spec(gated).build())
            .norm(LayerNormSpec.standard())
            .build(),
        new PreNormResidual.Builder(new SwiGlu.Builder().nOut(WIDTH).hiddenSize(12).build())
            .build(),
        new RmsNorm.Builder().build());
  }

  /** Stacks with states, to stand between a dense layer and an output layer. */
  static Stream<List<Layer>> recurrent() {
    PlstmSpec plain = PlstmSpec.of(2, 4).with("convolution", 0);
    Layer inner = new Plstm.Builder().nOut(WIDTH).spec(plain).build();
    return Stream.of(
        delta(), plstm(), List.of(new PreNormResidual.Builder(inner).build()), blocks());
  }

  /** All stacks. */
  static Stream<List<Layer>> all() {
    Stream<List<Layer>> stateless =
        Stream.of(
            List.of(new RmsNorm.Builder().build(), new LayerNorm.Builder().build()),
            List.of(new SwiGlu.Builder().nOut(WIDTH).hiddenSize(12).build()));
    return Stream.concat(stateless, recurrent());
  }

  static MultiLayerNetwork network(DataType dataType, List<Layer> layers, Activation activation) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(4)
            .dataType(dataType)
            .list()
            .layer(new DenseLayer.Builder().nOut(WIDTH).activation(activation).build());
    layers.forEach(list::layer);
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            list.layer(
                    new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.recurrent(INPUTS))
                .build());
    net.init();
    return net;
  }

  static MultiLayerNetwork network(DataType dataType, List<Layer> layers) {
    return network(dataType, layers, Activation.TANH);
  }

  static double[] random(int length, int seed) {
    Random random = new Random(seed);
    return random.doubles(length, -2, 2).toArray();
  }

  static double[] run(Stepper stepper, int steps, int seed) {
    int streams = stepper.streams();
    double[] y = new double[streams * stepper.outputSize()];
    for (int t = 0; t < steps; t++) {
      double[] x = random(streams * INPUTS, seed + t);
      if (stepper.dataType() == DataType.DOUBLE) {
        stepper.step(x, y);
      } else {
        float[] narrow = new float[y.length];
        stepper.step(floats(x), narrow);
        for (int i = 0; i < y.length; i++) {
          y[i] = narrow[i];
        }
      }
    }
    return y;
  }

  static float[] floats(double[] values) {
    float[] narrow = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      narrow[i] = (float) values[i];
    }
    return narrow;
  }

  static void assertMessage(Class<? extends Exception> type, String part, Executable call) {
    String message = assertThrows(type, call).getMessage();
    assertTrue(message.contains(part), message);
  }
}
