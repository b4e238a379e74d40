package org.dl4jext.zoo.plstm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.datasets.PathGraphs;
import org.dl4jext.recurrent.training.AdamW;
import org.dl4jext.samediff.plstm.PlstmVisSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

class PlstmModelsTest {

  private static final AdamW UPDATER = new AdamW(1e-3, 0.01);

  @Test
  void aVisionModelTakesImagesOfAnySize() {
    Classification task = new Classification(3, 5, UPDATER, 1);
    MultiLayerNetwork network = new PlstmVis(2, 8, 1, PlstmVisSpec.of(2, 4), 8, task).init();
    for (int size : new int[] {8, 12, 4, 2}) {
      INDArray y = network.output(Nd4j.rand(2, 3, size, size + 2));
      assertArrayEquals(new long[] {2, 5}, y.shape());
      assertEquals(2, y.sumNumber().doubleValue(), 1e-5);
    }
  }

  @Test
  void aFewStepsOfArrowPointingRun() {
    int[] heard = {0};
    ArrowRun run =
        ArrowRun.train(
            made -> new PlstmVis(1, 8, 1, PlstmVisSpec.of(2, 4), 8, made),
            2,
            8,
            new int[] {8},
            1,
            (step, steps, loss) -> heard[0] += Double.isFinite(loss) ? 1 : 0);
    assertEquals(2, heard[0]);
    double accuracy = run.accuracies().get(8);
    assertTrue(accuracy > 0.3 && accuracy < 0.8, "accuracy " + accuracy);
  }

  @Test
  void aGraphNetLearnsWhetherAPathLeadsFromStartToEnd() {
    PathGraphs task = new PathGraphs(6, 9);
    ComputationGraph network =
        new PlstmGraphNet(
                8, 2, 1, new Classification(PathGraphs.FEATURES, 2, new AdamW(1e-2, 1e-4), 1))
            .init();
    MultiDataSet graphs = task.graphs(32, 3);
    double before = network.score(graphs);
    for (int i = 0; i < 60; i++) {
      network.fit(graphs);
    }
    assertTrue(network.score(graphs) < 0.7 * before, network.score(graphs) + " of " + before);
  }

  @ParameterizedTest
  @EnumSource(value = DigitsRun.Layer.class, mode = EnumSource.Mode.EXCLUDE, names = "PLSTM_2D")
  void digitsLayersOnSequencesHaveAboutTheSameParameters(DigitsRun.Layer layer) {
    long wanted = DigitsRun.model(DigitsRun.Layer.PLSTM, UPDATER, 1).init().numParams();
    long got = DigitsRun.model(layer, UPDATER, 1).init().numParams();
    double ratio = (double) got / wanted;
    assertTrue(ratio > 0.8 && ratio < 1.25, layer + " has " + got + " of " + wanted);
  }
}
