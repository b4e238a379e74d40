package org.dl4jext.zoo.qkan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

class JhcgTest {

  @Test
  void latentSizesAreLogarithmic() {
    MultiLayerNetwork network = Jhcg.of(100, 10).build().init();
    // encoder 100 -> 7, 7 x 4 edges of 17 numbers, decoder 4 -> 10
    assertEquals(100 * 7 + 7 + 7 * 4 * 13 + 4 * 10 + 10, network.numParams());
    assertEquals(1, Jhcg.logarithm(1));
    assertEquals(2, Jhcg.logarithm(4));
    assertEquals(3, Jhcg.logarithm(5));
  }

  @Test
  void aSmoothFunctionIsLearned() {
    MultiLayerNetwork network =
        Jhcg.of(2, 1).latent(2, 2).updater(new Adam(1e-2)).seed(5).build().init();
    Nd4j.getRandom().setSeed(2);
    INDArray x = Nd4j.rand(64, 2).subi(0.5).muli(4);
    INDArray y = org.nd4j.linalg.ops.transforms.Transforms.sin(x.getColumn(0, true), true);
    DataSet data = new DataSet(x, y);
    double before = network.score(data);
    for (int i = 0; i < 300; i++) {
      network.fit(data);
    }
    assertTrue(network.score(data) < before / 10, before + " to " + network.score(data));
  }

  @Test
  void badSizesAreRefusedByName() {
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> Jhcg.of(0, 1))
            .getMessage()
            .contains("inputs is 0"));
    assertThrows(IllegalArgumentException.class, () -> Jhcg.of(2, 1).latent(0, 1));
    assertThrows(
        IllegalArgumentException.class,
        () -> Jhcg.of(2, 1).build().setInputShape(new int[][] {{1, 2}}));
  }
}
