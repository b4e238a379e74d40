package org.dl4jext.zoo.forecast;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeriesStatisticsTest {

  private static double[] noise(int rows) {
    SplittableRandom random = new SplittableRandom(5);
    double[] x = new double[rows];
    for (int t = 0; t < rows; t++) {
      x[t] = Examples.noise(random);
    }
    return x;
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 7, 12, 24, 52})
  void theSeasonIsFoundUnderTrendAndNoise(int season) {
    double[] x = noise(8 * season + 40);
    for (int t = 0; t < x.length; t++) {
      x[t] += 0.05 * t + 2 * Math.cos(2 * Math.PI * t / season);
    }
    assertEquals(season, SeriesStatistics.season(x, x.length / 3));
  }

  @Test
  void noiseAndTrendHaveNoSeason() {
    double[] x = noise(400);
    assertEquals(1, SeriesStatistics.season(x, 130));
    for (int t = 0; t < x.length; t++) {
      x[t] = 0.5 * t + x[t];
    }
    assertEquals(1, SeriesStatistics.season(x, 130));
  }

  @Test
  void kpssTellsAWalkFromNoise() {
    double[] x = noise(400);
    assertTrue(SeriesStatistics.kpss(x) < SeriesStatistics.KPSS_CRITICAL);
    for (int t = 1; t < x.length; t++) {
      x[t] += x[t - 1];
    }
    assertTrue(SeriesStatistics.kpss(x) > SeriesStatistics.KPSS_CRITICAL);
  }

  @Test
  void leastSquaresFindOrderAndCoefficients() {
    double[] z = noise(4000);
    for (int t = 2; t < z.length; t++) {
      z[t] += 0.4 + 1.2 * z[t - 1] - 0.5 * z[t - 2];
    }
    double[] fitted = Autoregression.fit(z, 12);
    assertTrue(fitted.length >= 3 && fitted.length <= 8, "order " + (fitted.length - 1));
    assertArrayEquals(new double[] {0.4, 1.2, -0.5}, java.util.Arrays.copyOf(fitted, 3), 0.06);
  }

  @Test
  void aPerfectLineAndAConstantDoNotBreakTheFit() {
    double[] line = new double[60];
    for (int t = 0; t < line.length; t++) {
      line[t] = t;
    }
    double[] fitted = Autoregression.fit(line, 10);
    double next = fitted[0];
    for (int lag = 0; lag < fitted.length - 1; lag++) {
      next += fitted[lag + 1] * line[59 - lag];
    }
    assertEquals(60, next, 1e-2);
    for (double coefficient : Autoregression.fit(new double[30], 10)) {
      assertTrue(Double.isFinite(coefficient));
    }
  }

  @Test
  void scoresFollowTheirDefinitions() {
    Scores.Sum sum = new Scores.Sum();
    sum.add(10, 7);
    sum.add(-1, 0);
    sum.add(0, 0);
    Scores scores = sum.scores(2);
    assertEquals(4 / 3.0, scores.mae(), 1e-12);
    assertEquals(Math.sqrt(10 / 3.0), scores.rmse(), 1e-12);
    assertEquals(2 / 3.0, scores.mase(), 1e-12);
    assertEquals((600 / 17.0 + 200) / 3, scores.smape(), 1e-12);
    assertTrue(Double.isNaN(sum.scores(0).mase()));
  }

  @Test
  void theSeasonalNaiveForecastRepeatsTheLastSeason() {
    double[] x = {9, 9, 1, 2, 3, 0, 0, 0, 0, 0};
    assertArrayEquals(new double[] {1, 2, 3, 1, 2}, Baselines.seasonalNaive(x, 4, 5, 3));
    assertArrayEquals(new double[] {3, 3}, Baselines.lastValue(x, 4, 2));
  }
}
