package org.dl4jext.zoo.tracking;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.datasets.FormalLanguage;
import org.dl4jext.datasets.FormalLanguageTask;
import org.dl4jext.datasets.SequenceTask;
import org.dl4jext.datasets.Supervision;
import org.dl4jext.datasets.TokenSequence;
import org.dl4jext.zoo.catalogue.NamedLayer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class CrossEntropyTest {

  /** Where the readout has a bias alone, each step has the same probabilities. */
  @Test
  void itIsTheMeanOverTheLabelledSteps() {
    SequenceTask task = FormalLanguageTask.of(FormalLanguage.PARITY, Supervision.ANSWER);
    MultiLayerNetwork network =
        new TrackingNetwork(task, NamedLayer.GRU.ofWidth(8), 1e-3, 10, 1).init();
    network.getParam("4_W").assign(0);
    INDArray bias = network.getParam("4_b");
    double[] likely = new double[task.classes()];
    double sum = 0;
    for (int c = 0; c < likely.length; c++) {
      likely[c] = c + 1;
      bias.putScalar(c, Math.log(likely[c]));
      sum += likely[c];
    }
    int examples = 10;
    int length = 6;
    double expected = 0;
    int labelled = 0;
    for (TokenSequence row : Accuracy.draw(task, new SplittableRandom(7), length, examples)) {
      for (int label : row.labels()) {
        if (label != TokenSequence.NO_LABEL) {
          expected -= Math.log(likely[label] / sum);
          labelled++;
        }
      }
    }
    double measured = CrossEntropy.measure(network, task, length, examples, 7);
    assertEquals(expected / labelled, measured, 1e-5);
  }
}
