package org.dl4jext.zoo.forecast;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.datasets.TimeSeries;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HybridCorrectionTest {

  private static final double BIAS = 1.5;

  @TempDir private Path folder;

  /** A plan whose autoregression forecasts too much at every step, by {@link #BIAS} deviations. */
  private static ForecastPlan biased(ForecastPlan plan) {
    ColumnCodec c = plan.codecs().get(0);
    double[] regression = c.regression().clone();
    regression[0] += BIAS;
    ColumnCodec wrong =
        new ColumnCodec(
            c.seasonalLag(),
            c.differenced(),
            c.season(),
            c.mean(),
            c.deviation(),
            c.low(),
            c.high(),
            c.fromLast(),
            regression,
            true,
            c.nonNegative(),
            1);
    return new ForecastPlan(
        plan.rows(),
        plan.trainRows(),
        plan.testStart(),
        plan.season(),
        plan.horizon(),
        plan.context(),
        List.of(wrong),
        plan.scales(),
        plan.notices());
  }

  /** The network puts out {@code bias * BIAS} always. */
  @ParameterizedTest
  @CsvSource({"-1, 1", "-2, 0.5", "1, 0", "-40, 0"})
  void theShareThatHelpsIsTakenAndTheOutputScaledByIt(double bias, double expected)
      throws IOException {
    TimeSeries series =
        Examples.series(Examples.file(folder, Examples.wave(160, 1)), List.of("a"), List.of());
    ForecastOptions options = Examples.quick(true);
    ForecastPlan plan = biased(ForecastPlan.of(series, options));
    MultiLayerNetwork network = new ForecastNetwork(options, plan.features(), 1, 10, 100).init();
    String name = network.getnLayers() - 1 + "_b";
    network.getParam(name).assign(bias * BIAS);
    ForecastTrainer trainer = new ForecastTrainer(series, plan, options);
    assertEquals(expected, HybridCorrection.choose(trainer, network));
    assertEquals(expected * bias * BIAS, network.getParam(name).getDouble(0), 1e-6);

    if (expected == 0) {
      double[] x = series.values()[0];
      NetworkForecaster forecaster = new NetworkForecaster(network, plan.codecs(), plan.context());
      double[][][] forecasts = forecaster.forecast(series.values(), new int[] {150}, 6);
      assertArrayEquals(Baselines.regression(plan.codecs().get(0), x, 150, 6), forecasts[0][0], 0);
    }
  }

  /** A diverged network must not look better by the origins that it fails at. */
  @Test
  void errorsThatAreNotFiniteStay() throws IOException {
    TimeSeries series =
        Examples.series(Examples.file(folder, Examples.wave(160, 1)), List.of("a"), List.of());
    ForecastOptions options = Examples.quick(false);
    ForecastPlan plan = ForecastPlan.of(series, options);
    MultiLayerNetwork network = new ForecastNetwork(options, plan.features(), 1, 10, 100).init();
    ForecastTrainer trainer = new ForecastTrainer(series, plan, options);
    int origins = trainer.errors(network).length;
    assertTrue(Double.isFinite(trainer.validate(network)));
    network.params().assign(Double.NaN);
    assertEquals(origins, trainer.errors(network).length);
    assertTrue(Double.isNaN(trainer.validate(network)));
  }

  @Test
  void theStandardErrorIsThatOfTheMeansOfBlocks() {
    // Block means 1, 4, 4: their sample variance is 3, that of the mean of the three 1.
    double[] values = {0, 2, 3, 5, 4, 4, 99};
    assertEquals(1, HybridCorrection.standardError(values, 2), 1e-12);
  }

  @Test
  void fewerThanTwoBlocksAreNoEvidence() {
    double[] gains = new double[7];
    Arrays.fill(gains, 5);
    assertEquals(Double.POSITIVE_INFINITY, HybridCorrection.standardError(gains, 4));
    assertEquals(Double.POSITIVE_INFINITY, HybridCorrection.standardError(new double[0], 4));
  }
}
