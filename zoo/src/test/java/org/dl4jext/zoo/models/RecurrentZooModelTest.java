package org.dl4jext.zoo.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.zoo.PretrainedType;
import org.dl4jext.datasets.GroupWordProblem;
import org.dl4jext.datasets.MultiQueryRecall;
import org.dl4jext.recurrent.training.AdamW;
import org.dl4jext.samediff.delta.EigenvalueRange;
import org.dl4jext.samediff.memory.BaseMemory;
import org.dl4jext.samediff.plstm.PlstmVisSpec;
import org.dl4jext.samediff.universal.UniversalSpec;
import org.dl4jext.zoo.forecast.ForecastNetwork;
import org.dl4jext.zoo.forecast.ForecastOptions;
import org.dl4jext.zoo.memory.RecallOptions;
import org.dl4jext.zoo.memory.Recaller;
import org.dl4jext.zoo.plstm.Classification;
import org.dl4jext.zoo.plstm.PlstmGraphNet;
import org.dl4jext.zoo.plstm.PlstmSequenceClassifier;
import org.dl4jext.zoo.plstm.PlstmVis;
import org.dl4jext.zoo.qkan.Jhcg;
import org.dl4jext.zoo.qkan.QkanForecaster;
import org.dl4jext.zoo.tracking.TrackingNetwork;
import org.dl4jext.zoo.tracking.TrackingOptions;
import org.dl4jext.zoo.universal.Training;
import org.dl4jext.zoo.universal.UniversalTransformerClassifier;
import org.dl4jext.zoo.universal.UniversalTransformerSeq2Seq;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every model of the zoo answers DL4J's own calls. */
class RecurrentZooModelTest {

  private static final Classification TASK = new Classification(3, 5, new AdamW(1e-3, 0.01), 1);
  private static final Training TRAINING = new Training(0.01, 200, 3);

  static List<RecurrentZooModel<?>> models() {
    GroupWordProblem group = GroupWordProblem.of("S3");
    UniversalSpec spec = UniversalSpec.ofHeads(2);
    return List.of(
        Jhcg.of(3, 2).build(),
        QkanForecaster.lstm(2, 1),
        new TrackingNetwork(group, TrackingOptions.of(1, EigenvalueRange.SIGNED, 10, 1)),
        new Recaller(MultiQueryRecall.dense(4, 4), RecallOptions.of(BaseMemory.LINEAR, null, 1)),
        new ForecastNetwork(ForecastOptions.defaults(), 3, 1, 100, 100),
        new PlstmSequenceClassifier(PlstmSequenceClassifier.Recurrence.PLSTM, 8, 1, TASK),
        new PlstmVis(1, 8, 1, PlstmVisSpec.of(2, 4), 8, TASK),
        new PlstmGraphNet(8, 2, 1, TASK),
        new UniversalTransformerClassifier(spec, 3, 8, 2, TRAINING),
        new UniversalTransformerSeq2Seq(spec, 3, 8, 2, TRAINING));
  }

  @ParameterizedTest
  @MethodSource("models")
  void modelsBuildWhatTheySay(RecurrentZooModel<?> model) {
    Model network = model.init();
    assertEquals(model.modelType(), network.getClass());
    assertTrue(network instanceof MultiLayerNetwork || network instanceof ComputationGraph);
  }

  @ParameterizedTest
  @MethodSource("models")
  void theInputShapeDecidesTheParameters(RecurrentZooModel<?> model) {
    long before = model.init().params().length();
    int[] shape = model.metaData().getInputShape()[0];
    shape[0] += 4;
    assertEquals(before, model.init().params().length(), "the metadata are a copy");
    model.setInputShape(new int[][] {shape});
    assertArrayEquals(shape, model.metaData().getInputShape()[0]);
    assertTrue(model.init().params().length() > before);

    for (int[][] wrong : new int[][][] {{}, {{1, 2, 3, 4}}, {{1}, {1}}}) {
      var error = assertThrows(IllegalArgumentException.class, () -> model.setInputShape(wrong));
      assertTrue(error.getMessage().contains("allowed: [["), error.getMessage());
    }
    shape[0] = 0;
    var error =
        assertThrows(
            IllegalArgumentException.class, () -> model.setInputShape(new int[][] {shape}));
    assertTrue(error.getMessage().contains("is 0; allowed: 1 and more"), error.getMessage());
  }

  @ParameterizedTest
  @MethodSource("models")
  void withoutANameThereAreNoWeights(RecurrentZooModel<?> model) {
    for (PretrainedType type : PretrainedType.values()) {
      assertFalse(model.pretrainedAvailable(type));
      assertNull(model.pretrainedUrl(type));
      assertEquals(0, model.pretrainedChecksum(type));
      assertThrows(UnsupportedOperationException.class, () -> model.initPretrained(type));
    }
  }

  @Test
  void weightsOfAnotherModelAreRefused() {
    Map.of(
            "qkan-lstm-shm",
            Jhcg.of(3, 2).build(),
            "delta-product-parity",
            new TrackingNetwork(
                GroupWordProblem.of("S3"), TrackingOptions.of(1, EigenvalueRange.SIGNED, 10, 1)))
        .forEach(
            (name, model) -> {
              model.weights(name);
              var error = assertThrows(IllegalArgumentException.class, model::initPretrained);
              assertTrue(error.getMessage().contains("are those of"), error.getMessage());
            });
    Jhcg unknown = Jhcg.of(3, 2).build();
    unknown.weights("nobody");
    var error = assertThrows(IllegalArgumentException.class, unknown::initPretrained);
    assertTrue(error.getMessage().contains("no model 'nobody'"), error.getMessage());
  }
}
