package org.dl4jext.datasets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.DataSet;

class ForecastSeriesTest {

  @Test
  void theOscillatorIsIntegratedToItsTolerance() {
    DampedOscillator oscillator = DampedOscillator.benchmark();
    double[] series = oscillator.velocities();
    assertEquals(240, series.length);
    assertArrayEquals(byFixedSteps(1000), series, 1e-9);
    assertEquals(3, series[0]);
  }

  /** The classical Runge-Kutta method in so many steps of each interval. */
  private static double[] byFixedSteps(int steps) {
    double h = 20.0 / 239 / steps;
    double[] series = new double[240];
    double x = 0;
    double v = 3;
    series[0] = v;
    for (int i = 1; i < 240; i++) {
      for (int s = 0; s < steps; s++) {
        double a1 = acceleration(x, v);
        double v2 = v + h / 2 * a1;
        double a2 = acceleration(x + h / 2 * v, v2);
        double v3 = v + h / 2 * a2;
        double a3 = acceleration(x + h / 2 * v2, v3);
        double v4 = v + h * a3;
        double a4 = acceleration(x + h * v3, v4);
        x += h / 6 * (v + 2 * v2 + 2 * v3 + v4);
        v += h / 6 * (a1 + 2 * a2 + 2 * a3 + a4);
      }
      series[i] = v;
    }
    return series;
  }

  private static double acceleration(double x, double v) {
    return -0.15 * v - 9.81 * Math.sin(x);
  }

  /** Without damping the energy stays: theta'^2/2 - g cos(theta). */
  @Test
  void withoutDampingTheOscillatorComesBack() {
    double[] series = new DampedOscillator(0, 9.81, 0, 3, 20, 4000).velocities();
    double largest = Arrays.stream(series).max().getAsDouble();
    double last = Arrays.stream(series, 3600, 4000).max().getAsDouble();
    assertEquals(3, largest, 1e-9);
    assertEquals(3, last, 1e-3);
  }

  /** A small swing is x = exp(-b t/2) (cos(w t) - b/(2w) sin(w t)), w^2 = g - b^2/4. */
  @Test
  void aSmallSwingIsTheLinearOscillator() {
    double[] series = new DampedOscillator(0.15, 9.81, 0, 1e-5, 20, 240).velocities();
    double w = Math.sqrt(9.81 - 0.15 * 0.15 / 4);
    for (int i = 0; i < 240; i++) {
      double t = 20.0 * i / 239;
      double want = 1e-5 * Math.exp(-0.075 * t) * (Math.cos(w * t) - 0.075 / w * Math.sin(w * t));
      assertEquals(want, series[i], 1e-13);
    }
  }

  @Test
  void besselValuesAreThoseOfTables() {
    assertEquals(0.7651976865579666, BesselSeries.value(0, 1), 1e-14);
    assertEquals(0.35283402861563773, BesselSeries.value(2, 2), 1e-14);
    assertEquals(0.2546303136851206, BesselSeries.value(2, 10), 1e-14);
    assertEquals(0, BesselSeries.value(2, 0), 1e-14);
    assertEquals(-BesselSeries.value(1, 10), BesselSeries.value(1, -10));
    assertEquals(BesselSeries.value(2, 10), BesselSeries.value(2, -10));
    double[] series = BesselSeries.benchmark().values();
    assertEquals(256, series.length);
    double recurrence = 2.0 / 100 * BesselSeries.value(1, 100) - BesselSeries.value(0, 100);
    assertEquals(recurrence, series[255], 1e-14);
  }

  @Test
  void trafficIsPositiveAndRepeatsWithItsSeed() {
    double[] week = TelecomTraffic.week(4).values();
    assertEquals(7 * 144, week.length);
    assertArrayEquals(week, TelecomTraffic.week(4).values());
    assertTrue(Arrays.stream(week).allMatch(v -> v > 0));
    assertTrue(!Arrays.equals(week, TelecomTraffic.week(5).values()));
    double[] quiet = new TelecomTraffic(1, 14, 0, 0).values();
    for (int t = 0; t < 7 * 144; t++) {
      assertEquals(quiet[t], quiet[t + 7 * 144], 1e-12); // the rhythm of the week
    }
    assertTrue(quiet[16 * 6] > 3 * quiet[4 * 6], "afternoon and night");
    assertThrows(IllegalArgumentException.class, () -> new TelecomTraffic(1, 1, 1, Double.NaN));
  }

  @Test
  void cellsOfTheSameTimeAreAdded(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("cell.csv");
    Files.writeString(file, "timestamp,value\n1200000,2\n0,1\n1200000,0.5\n2400000,4\n");
    assertArrayEquals(new double[] {1, 0, 2.5, 0, 4}, TelecomCsv.read(file));
    Files.writeString(file, "0,1\n1,1\n");
    assertTrue(
        assertThrows(CsvException.class, () -> TelecomCsv.read(file))
            .getMessage()
            .contains("ten minutes"));
    Files.writeString(file, "0,1\n600000,x\n");
    assertTrue(
        assertThrows(CsvException.class, () -> TelecomCsv.read(file))
            .getMessage()
            .contains("line 2"));
    Files.writeString(file, "timestamp,value\n");
    assertThrows(CsvException.class, () -> TelecomCsv.read(file));
  }

  @Test
  void windowsAreFollowedByTheirLabels() {
    double[] series = {0, 1, 2, 3, 4, 5, 6, 7, 8, 10};
    SeriesWindows windows = new SeriesWindows(series, 4, 0.67);
    assertEquals(5, windows.size());
    assertEquals(3, windows.trainSize());
    DataSet train = windows.train();
    DataSet test = windows.test();
    assertArrayEquals(new long[] {3, 1, 4}, train.getFeatures().shape());
    assertArrayEquals(new long[] {2, 1}, test.getLabels().shape());
    assertEquals(-1 + 0.2 * 3, train.getFeatures().getDouble(0, 0, 3), 1e-6);
    assertEquals(-1 + 0.2 * 4, train.getLabels().getDouble(0, 0), 1e-6);
    assertEquals(-1 + 0.2 * 8, test.getLabels().getDouble(1, 0), 1e-6);
    assertEquals(1, windows.scaled()[9], 1e-12);
    assertEquals(235, new SeriesWindows(DampedOscillator.benchmark().velocities(), 4, 0.67).size());
    assertThrows(IllegalArgumentException.class, () -> new SeriesWindows(new double[10], 4, 0.67));
  }
}
