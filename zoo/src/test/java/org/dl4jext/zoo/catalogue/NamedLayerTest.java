package org.dl4jext.zoo.catalogue;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.zoo.tracking.TrackedLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class NamedLayerTest {

  /** 5 is no multiple of a head, and no power of two. */
  @ParameterizedTest
  @EnumSource(NamedLayer.class)
  void forecastsStepByStepAtAnyWidth(NamedLayer layer) {
    for (int width : new int[] {1, 5, 32}) {
      MultiLayerNetwork network =
          new MultiLayerNetwork(
              new NeuralNetConfiguration.Builder()
                  .seed(1)
                  .dataType(DataType.DOUBLE)
                  .list()
                  .layer(layer.ofWidth(width))
                  .layer(
                      new RnnOutputLayer.Builder(LossFunction.MSE)
                          .activation(Activation.IDENTITY)
                          .nIn(width)
                          .nOut(2)
                          .build())
                  .build());
      network.init();
      INDArray x = Nd4j.rand(DataType.DOUBLE, 2, width, 6);
      INDArray whole = network.output(x);
      for (int t = 0; t < 6; t++) {
        INDArray step = network.rnnTimeStep(x.get(at(t)).dup());
        assertArrayEquals(
            whole.get(at(t)).dup().data().asDouble(), step.dup().data().asDouble(), 1e-9);
      }
    }
  }

  private static INDArrayIndex[] at(int step) {
    return new INDArrayIndex[] {
      NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(step, step + 1)
    };
  }

  @ParameterizedTest
  @EnumSource(TrackedLayer.class)
  void tasksKnowTheLayersByTheSameNames(TrackedLayer layer) {
    assertEquals(layer.toString(), NamedLayer.of(layer.toString()).label());
  }

  @Test
  void anUnknownNameIsAnsweredWithTheNames() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> NamedLayer.of("lstn")).getMessage();
    assertTrue(message.startsWith("layer is 'lstn'; allowed: rnn, lstm, gru"), message);
  }
}
