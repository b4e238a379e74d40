package org.dl4jext.zoo.universal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.samediff.universal.UniversalSpec;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Encoder and decoder learn to copy. */
class UniversalTransformerSeq2SeqTest {

  private static final int SYMBOLS = 4;
  private static final int LENGTH = 5;

  @Test
  void shortSequencesAreCopied() {
    UniversalSpec spec = UniversalSpec.ofHeads(2).with(Map.of("innerSize", 32, "maxSteps", 2));
    ComputationGraph net =
        new UniversalTransformerSeq2Seq(spec, SYMBOLS, 16, SYMBOLS, new Training(0.01, 200, 3))
            .init();
    Nd4j.getRandom().setSeed(1);
    for (int i = 0; i < 200; i++) {
      net.fit(batch());
    }
    MultiDataSet test = batch();
    INDArray best = net.output(test.getFeatures())[0].argMax(1);
    double right =
        best.eq(test.getLabels()[0].argMax(1)).castTo(best.dataType()).sumNumber().doubleValue();
    assertTrue(right / best.length() > 0.9, "right: " + right / best.length());
  }

  @Test
  void theNumberOfChannelsFollowsTheInputShape() {
    UniversalSpec spec = UniversalSpec.ofHeads(2);
    Training training = new Training(0.01, 200, 3);
    UniversalTransformerClassifier model =
        new UniversalTransformerClassifier(spec, SYMBOLS, 8, 3, training);
    MultiLayerNetwork four = model.init();
    assertArrayEquals(new long[] {2, 3, 7}, four.output(Nd4j.zeros(2, 4, 7)).shape());
    model.setInputShape(new int[][] {{5}});
    assertArrayEquals(new int[] {5}, model.metaData().getInputShape()[0]);
    MultiLayerNetwork five = model.init();
    assertArrayEquals(new long[] {2, 3, 7}, five.output(Nd4j.zeros(2, 5, 7)).shape());
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> model.setInputShape(new int[][] {{5, 7}}));
    assertTrue(e.getMessage().contains("[[5, 7]]; allowed: [[channels]]"), e.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> new UniversalTransformerSeq2Seq(spec, 0, 8, 3, training));
  }

  private static MultiDataSet batch() {
    INDArray source = Nd4j.zeros(32, SYMBOLS, LENGTH);
    for (int n = 0; n < 32; n++) {
      for (int t = 0; t < LENGTH; t++) {
        source.putScalar(n, Nd4j.getRandom().nextInt(SYMBOLS), t, 1);
      }
    }
    INDArray target = Nd4j.zeros(32, SYMBOLS, LENGTH);
    target
        .get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(1, LENGTH))
        .assign(
            source.get(
                NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(0, LENGTH - 1)));
    return new MultiDataSet(new INDArray[] {source, target}, new INDArray[] {source});
  }
}
