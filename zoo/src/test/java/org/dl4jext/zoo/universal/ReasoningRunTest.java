package org.dl4jext.zoo.universal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.datasets.PointerHopping;
import org.dl4jext.datasets.ReasoningTask;
import org.dl4jext.datasets.ReasoningTaskIterator;
import org.dl4jext.recurrent.universal.HaltingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reasoning runs learn, repeat themselves, and show how they halt. */
class ReasoningRunTest {

  private static final ReasoningTask TASK = new PointerHopping(4, 2);

  private static ReasoningOptions options(ReasoningModel model, int updates) {
    return new ReasoningOptions(model, 16, 2, 16, 4, 0.01, 0, 1, 1, 0, 32, updates, 0.01, 3);
  }

  @ParameterizedTest
  @EnumSource
  void everyModelTrainsAndRepeatsItself(ReasoningModel model) {
    ReasoningRun one =
        ReasoningRun.train(TASK, options(model, 8), List.of(1), (update, of, score) -> {});
    ReasoningRun two =
        ReasoningRun.train(TASK, options(model, 8), List.of(1), (update, of, score) -> {});
    assertEquals(one.network().params(), two.network().params());
    assertEquals(one.results(), two.results());
    long universal = parameters(ReasoningModel.UT_HALTING);
    assertTrue(Math.abs(parameters(model) - universal) < 0.25 * universal, model.name());
  }

  private static long parameters(ReasoningModel model) {
    MultiLayerNetwork network = new MultiLayerNetwork(model.build(TASK, options(model, 8)));
    network.init();
    return network.numParams();
  }

  @Test
  void oneHopIsLearntWithinSeconds() {
    ReasoningRun run =
        ReasoningRun.train(
            TASK, options(ReasoningModel.UT_HALTING, 150), List.of(1), (update, of, score) -> {});
    assertTrue(run.at(1).token() > 0.9, run.results().toString());
    assertThrows(IllegalArgumentException.class, () -> run.at(2));
  }

  @Test
  void stepsAreReportedByDifficultyAndPosition(@TempDir Path folder) throws IOException {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            ReasoningModel.UT_HALTING.build(TASK, options(ReasoningModel.UT_HALTING, 4)));
    network.init();
    HaltingReport report = HaltingReport.of(network, TASK, List.of(1, 2), 10, 5);
    for (HaltingReport.Row row : report.rows()) {
      assertEquals(40, Arrays.stream(row.distribution()).sum());
      assertEquals(row.mean(), Arrays.stream(row.byPosition()).average().orElseThrow(), 1e-9);
      double mean = 0;
      for (int i = 0; i < row.distribution().length; i++) {
        mean += (i + 1) * row.distribution()[i] / 40.0;
      }
      assertEquals(row.mean(), mean, 1e-9);
    }
    Path file = folder.resolve("steps.png");
    report.plot("steps", "hops").write(file);
    assertTrue(ImageIO.read(file.toFile()).getWidth() > 300);
  }

  @Test
  void aListenerHearsOfHaltingWhileTraining() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            ReasoningModel.UT_HALTING.build(TASK, options(ReasoningModel.UT_HALTING, 6)));
    network.init();
    List<Integer> heard = new ArrayList<>();
    network.addListeners(
        new HaltingListener(
            2,
            (iteration, layer, mean, positions) -> {
              heard.add(iteration);
              assertEquals("layer0", layer);
              assertTrue(mean >= 1 && mean <= 4);
              assertEquals(20, Arrays.stream(positions).sum());
            }));
    network.fit(
        new ReasoningTaskIterator(TASK, new ReasoningTaskIterator.Options(5, 4, 1, 2, 0, 1)));
    assertArrayEquals(new int[] {0, 2}, heard.stream().mapToInt(i -> i).toArray());
  }

  @Test
  void aNetworkWithoutHaltingHasNoReport() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(ReasoningModel.LSTM.build(TASK, options(ReasoningModel.LSTM, 4)));
    network.init();
    assertThrows(
        IllegalArgumentException.class, () -> HaltingReport.of(network, TASK, List.of(1), 2, 1));
  }
}
