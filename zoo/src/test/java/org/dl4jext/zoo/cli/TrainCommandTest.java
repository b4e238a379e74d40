package org.dl4jext.zoo.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dl4jext.datasets.FormalLanguage;
import org.dl4jext.datasets.FormalLanguageTask;
import org.dl4jext.datasets.Supervision;
import org.dl4jext.samediff.delta.EigenvalueRange;
import org.dl4jext.zoo.tracking.TrackedLayer;
import org.dl4jext.zoo.tracking.TrackingOptions;
import org.dl4jext.zoo.tracking.TrackingRun;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

class TrainCommandTest {

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int recurrent(String... args) {
    return Recurrent.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  @ParameterizedTest
  @CsvSource({"state-tracking", "parity", "modular-arithmetic", "cycle-navigation"})
  void everyTaskLeavesModelMetricsPlotsAndReport(String task) throws Exception {
    Path to = folder.resolve("run");
    assertEquals(
        0,
        recurrent("train", task, "--steps", "2", "--json", "--out", to.toString()),
        err::toString);
    JsonNode tree = new ObjectMapper().readTree(out.toString());
    assertEquals(TrackingRun.LENGTHS.size(), tree.get("accuracies").size());
    for (String name : new String[] {"model", "metrics", "training", "accuracy", "report"}) {
      assertTrue(Files.size(Path.of(tree.get("files").get(name).asText())) > 0, name);
    }
  }

  @ParameterizedTest
  @EnumSource(TrackedLayer.class)
  void everyLayerTrains(TrackedLayer layer) throws Exception {
    Path to = folder.resolve("run");
    assertEquals(
        0,
        recurrent(
            "train",
            "parity",
            "--layer",
            layer.toString(),
            "--length",
            "40",
            "--steps",
            "2",
            "--json",
            "--out",
            to.toString()),
        err::toString);
    JsonNode tree = new ObjectMapper().readTree(out.toString());
    assertEquals(layer.toString(), tree.get("layer").asText());
    assertEquals(layer == TrackedLayer.DELTA_PRODUCT, tree.has("householders"));
    assertEquals(TrackingRun.LENGTHS.size() + 1, tree.get("accuracies").size());
  }

  @ParameterizedTest
  @CsvSource({
    "--layer, TRANSFORMER, TRANSFORMER",
    "--group, Q8, Q8",
    "--householders, 0, householders is 0",
    "--steps, 0, steps is 0",
    "--rate, 2, learningRate is 2.0",
    "--eigenvalues, HALF, HALF"
  })
  void badOptionsAreBadUsage(String option, String value, String expected) {
    Path to = folder.resolve("bad");
    assertEquals(2, recurrent("train", "state-tracking", option, value, "--out", to.toString()));
    assertEquals(1, err.toString().strip().lines().count(), err::toString);
    assertTrue(err.toString().contains(expected), err::toString);
    assertFalse(Files.exists(to));
  }

  @Tag("slow")
  @ParameterizedTest
  @CsvSource({"SIGNED, 0.99, 1", "UNIT, 0, 0.6"})
  void parityNeedsSignedEigenvalues(EigenvalueRange range, double least, double most) {
    var task = FormalLanguageTask.of(FormalLanguage.PARITY, Supervision.EVERY_PREFIX);
    var run =
        TrackingRun.train(
            task,
            TrackingOptions.of(1, range, 250, 1),
            TrackingRun.LENGTHS,
            (step, steps, length, right) -> {});
    double accuracy = run.tokenAccuracy(128);
    assertTrue(accuracy >= least && accuracy <= most, "token accuracy " + accuracy);
  }

  @Test
  void headsHaveToDivideTheWidth() {
    assertEquals(2, recurrent("train", "parity", "--layer", "LSTM", "--heads", "3"));
    assertTrue(err.toString().contains("heads is 3; allowed: a divisor"), err::toString);
  }

  /** What a file holds is content, where it is, usage. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "-, 2, 'allowed: shm, bessel, telecom, or an existing file'",
        "0;x, 1, line 1",
        "0;1, 1, 1 values"
      })
  void badSeriesAreAnsweredInOneLine(String row, int code, String expected) throws Exception {
    Path file = folder.resolve("cell.csv");
    if (row != null) {
      Files.writeString(file, row.replace(';', ',') + "\n");
    }
    assertEquals(code, recurrent("train", "qkan-forecast", "--data", file.toString()));
    assertEquals(1, err.toString().strip().lines().count(), err::toString);
    assertTrue(err.toString().contains(expected), err::toString);
  }

  @Test
  void aTaskHasToBeNamed() {
    assertEquals(2, recurrent("train"));
    assertTrue(err.toString().contains("state-tracking"), err::toString);
  }
}
