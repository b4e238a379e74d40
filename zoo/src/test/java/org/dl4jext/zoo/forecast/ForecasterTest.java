package org.dl4jext.zoo.forecast;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.datasets.TimeSeries;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class ForecasterTest {

  private static final int ROWS = 160;

  @TempDir private Path folder;
  private TimeSeries series;

  @BeforeEach
  void readASeries() throws IOException {
    Path file = Examples.file(folder, Examples.wave(ROWS, 1));
    series = Examples.series(file, List.of("a"), List.of("b"));
  }

  private static ForecastResult run(TimeSeries series, boolean hybrid) {
    return Forecaster.run(series, Examples.quick(hybrid), (who, epoch, epochs, error) -> {});
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theSameSeedGivesTheSameNumbers(boolean hybrid) {
    ForecastResult first = run(series, hybrid);
    ForecastResult second = run(series, hybrid);
    assertEquals(first.model().network().params(), second.model().network().params());
    assertEquals(first.targets().get(0).horizonScores(), second.targets().get(0).horizonScores());
    assertArrayEquals(first.targets().get(0).forecast(), second.targets().get(0).forecast(), 0);
    ForecastOptions other = new ForecastOptions(6, 12, 8, "rnn", 8, 1, 2, 4, hybrid, 0.8);
    ForecastResult third = Forecaster.run(series, other, (who, epoch, epochs, error) -> {});
    assertNotEquals(first.model().network().params(), third.model().network().params());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatHappensLaterCannotBeSeenInAnyEarlierForecast(boolean hybrid) throws IOException {
    ForecastOptions options = Examples.quick(hybrid);
    ForecastPlan plan = ForecastPlan.of(series, options);
    int last = plan.testStart() + 5;
    double[][] changed = Examples.wave(ROWS, 1);
    for (double[] column : changed) {
      for (int t = last + 1; t < ROWS; t++) {
        column[t] = -1000 * column[t];
      }
    }
    TimeSeries future = Examples.series(Examples.file(folder, changed), List.of("a"), List.of("b"));
    Backtest before = backtest(series, plan, options);
    Backtest after = backtest(future, ForecastPlan.of(future, options), options);
    assertEquals(before.firstOrigin(), after.firstOrigin());
    for (int origin = before.firstOrigin(); origin <= last; origin++) {
      int i = origin - before.firstOrigin();
      assertArrayEquals(before.forecasts(0)[i], after.forecasts(0)[i], 0);
      assertArrayEquals(before.forecasts(1)[i], after.forecasts(1)[i], 0);
      assertArrayEquals(widths(series, before)[i], widths(future, after)[i], 0);
    }
    int beyond = last + 1 - before.firstOrigin();
    assertFalse(Arrays.equals(before.forecasts(0)[beyond], after.forecasts(0)[beyond]));
  }

  private static Backtest backtest(TimeSeries series, ForecastPlan plan, ForecastOptions options) {
    MultiLayerNetwork network =
        new ForecastTrainer(series, plan, options).train((e, n, error) -> {});
    NetworkForecaster forecaster = new NetworkForecaster(network, plan.codecs(), plan.context());
    ForecastFormat format =
        new ForecastFormat(
            1,
            "rnn",
            List.of("a"),
            List.of("b"),
            "t",
            8,
            6,
            12,
            0.8,
            plan.codecs(),
            plan.scales(),
            new double[1][6],
            "",
            "",
            new double[2][plan.memory() + 12]);
    return new Backtest(forecaster, format, series, plan.trainRows() - 1);
  }

  private static double[][] widths(TimeSeries series, Backtest backtest) {
    return new IntervalWidths(0.8, 6)
        .run(
            series.values()[0],
            series.observed()[0],
            backtest.firstOrigin(),
            backtest.forecasts(0));
  }

  @Test
  void aMissingOutcomeCountsInNoError() throws IOException {
    double[][] x = Examples.wave(ROWS, 1);
    Path file = Examples.file(folder, x);
    String text = Files.readString(file);
    Files.writeString(file, text.replace("150," + x[0][150] + ",", "150,,"));
    TimeSeries gap = Examples.series(file, List.of("a"), List.of());
    ForecastResult result = run(gap, false);
    assertFalse(gap.observed()[0][150]);
    assertTrue(result.targets().get(0).coverage() > 0);
    assertTrue(result.notices().stream().anyMatch(n -> n.contains("1 missing values of 'a'")));
  }

  @Test
  void intervalsThatMissTheirLevelAreTold() throws IOException {
    double[][] calm = Examples.wave(ROWS, 1);
    double[][] wild = Examples.wave(ROWS, 1);
    for (int t = ROWS - 24; t < ROWS; t++) {
      wild[0][t] += t % 3 == 0 ? 40 : -20;
    }
    for (double[][] x : List.of(calm, wild)) {
      ForecastResult result =
          run(Examples.series(Examples.file(folder, x), List.of("a"), List.of()), false);
      double coverage = result.targets().get(0).coverage();
      boolean told = result.notices().stream().anyMatch(n -> n.contains("do not rely on them"));
      assertEquals(Math.abs(coverage - 0.8) > 0.05, told, "coverage " + coverage);
      assertTrue(x == calm || told, "coverage " + coverage);
    }
  }

  @Test
  void severalTargetsAreForecastTogether() throws IOException {
    TimeSeries both = Examples.series(folder.resolve("table.csv"), List.of("b", "a"), List.of());
    ForecastResult result = run(both, false);
    assertEquals("b", result.targets().get(0).name());
    assertEquals("a", result.targets().get(1).name());
    assertEquals(6, result.targets().get(1).forecast().length);
  }

  @Test
  void theHybridIsShownBesideThePlainNetwork() {
    ForecastResult result = run(series, true);
    Map<Forecasters, Scores> scores = result.targets().get(0).horizonScores();
    assertEquals(List.of(Forecasters.values()), List.copyOf(scores.keySet()));
    List<String> told = result.notices().stream().filter(n -> n.startsWith("hybrid: ")).toList();
    assertEquals(1, told.size());
    if (told.get(0).contains("alone")) {
      assertEquals(scores.get(Forecasters.AUTOREGRESSION), scores.get(Forecasters.HYBRID));
    }
  }

  @Test
  void aSavedModelForecastsTheSameBitsByEveryWay() throws IOException {
    ForecastResult result = run(series, true);
    Map<String, Path> files = ForecastFiles.write(result, folder.resolve("out"));
    for (Path file : files.values()) {
      assertTrue(Files.size(file) > 100, file.toString());
    }
    try (var left = Files.list(folder.resolve("out"))) {
      assertEquals(5, left.count());
    }
    double[] expected = result.targets().get(0).forecast();
    ForecastModel model = ForecastModel.load(files.get("model"));
    assertArrayEquals(expected, model.forecast(series, 6)[0], 0);

    MultiLayerNetwork network = MultiLayerNetwork.load(files.get("model").toFile(), false);
    SeriesState state = model.format().lastState();
    INDArray output = network.rnnTimeStep(state.context());
    for (int lead = 0; lead < 6; lead++) {
      double[] next = state.decode(output);
      assertEquals(expected[lead], next[0], 1e-4);
      output = network.rnnTimeStep(state.append(next).lastRow());
    }
  }

  @Test
  void aFailedWriteLeavesNothingBehind() {
    ForecastResult result = run(series, false);
    ForecastResult broken =
        new ForecastResult(series, result.model(), List.of(), 1, 1, 1, 1, List.of(), 1);
    Path out = folder.resolve("broken");
    assertThrows(Exception.class, () -> ForecastFiles.write(broken, out));
    assertFalse(Files.exists(out));
  }

  @Test
  void whatIsNoModelIsRefused() throws IOException {
    Path text = Files.writeString(folder.resolve("a.zip"), "no zip");
    assertThrows(IOException.class, () -> ForecastModel.load(text));
    Path extra = folder.resolve("extra.zip");
    try (var zip = new java.util.zip.ZipOutputStream(Files.newOutputStream(extra))) {
      zip.putNextEntry(new java.util.zip.ZipEntry("preprocessor.bin"));
    }
    var error = assertThrows(IOException.class, () -> ForecastModel.load(extra));
    assertTrue(error.getMessage().contains("preprocessor.bin"), error.getMessage());
  }

  @Test
  void evaluationCountsOnlyRowsThatChoseNothing() {
    ForecastResult result = run(series, false);
    Evaluation evaluation = Evaluation.of(result.model(), series);
    assertEquals(ROWS - result.testStart(), evaluation.rows());
    var expected = result.targets().get(0).horizonScores();
    var actual = evaluation.targets().get(0).horizonScores();
    assertEquals(expected.keySet(), actual.keySet());
    // Here the network forecasts from fewer origins at once, and its sums in float round otherwise
    // in a batch of another size (see the next test); baselines have no batch.
    expected.forEach(
        (who, s) -> {
          double share = who == Forecasters.NETWORK ? 1e-6 : 0;
          assertEquals(s.mae(), actual.get(who).mae(), share * s.mae(), who.label());
          assertEquals(s.rmse(), actual.get(who).rmse(), share * s.rmse(), who.label());
        });
  }

  @Test
  void theOtherOriginsOfABatchMoveAForecastByRoundingOnly() {
    ForecastModel model = run(series, false).model();
    NetworkForecaster forecaster =
        new NetworkForecaster(model.network(), model.format().codecs(), 12);
    int first = forecaster.firstOrigin();
    int[] origins = IntStream.range(first, ROWS - 1).toArray();
    double[][] together = forecaster.forecast(series.values(), origins, 6)[0];
    double[][] again = forecaster.forecast(series.values(), origins, 6)[0];
    for (int origin : new int[] {first, 100, ROWS - 2}) {
      double[] one = forecaster.forecast(series.values(), new int[] {origin}, 6)[0][0];
      assertArrayEquals(together[origin - first], again[origin - first], 0);
      assertArrayEquals(together[origin - first], one, 1e-5);
    }
  }

  @Test
  void tooFewRowsConstantColumnsAndLongHorizonsAreRefused() throws IOException {
    TimeSeries few =
        Examples.series(Examples.file(folder, Examples.wave(20, 1)), List.of("a"), List.of());
    assertThrows(UnforecastableException.class, () -> run(few, false));
    double[][] flat = Examples.wave(ROWS, 1);
    Arrays.fill(flat[0], 7);
    TimeSeries constant = Examples.series(Examples.file(folder, flat), List.of("a"), List.of());
    var error = assertThrows(UnforecastableException.class, () -> run(constant, false));
    assertTrue(error.getMessage().contains("'a' is constant"), error.getMessage());
    ForecastOptions longer = new ForecastOptions(33, 0, 0, "lstm", 8, 1, 2, 3, false, 0.8);
    var tooLong =
        assertThrows(
            IllegalArgumentException.class,
            () -> Forecaster.run(series, longer, (who, epoch, epochs, e) -> {}));
    assertTrue(tooLong.getMessage().contains("horizon is 33; allowed"), tooLong.getMessage());
  }

  @Test
  void theSmallestSeriesIsForecast() throws IOException {
    TimeSeries small =
        Examples.series(Examples.file(folder, Examples.wave(24, 1)), List.of("a"), List.of());
    ForecastOptions options = new ForecastOptions(0, 0, 0, "rnn", 4, 1, 1, 3, false, 0.8);
    ForecastResult result = Forecaster.run(small, options, (who, epoch, epochs, error) -> {});
    assertTrue(Double.isFinite(result.targets().get(0).forecast()[0]));
  }
}
