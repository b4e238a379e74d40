package org.dl4jext.zoo.qkan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.LongFunction;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.datasets.SeriesWindows;
import org.dl4jext.samediff.qkan.QkanMeasure;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class QkanBenchmarkTest {

  private static QkanForecaster small(long seed) {
    return QkanForecaster.of(QkanForecaster.anglesAndBase(1, QkanMeasure.FAST), 1, seed);
  }

  private static QkanForecaster hybrid(long seed) {
    return QkanForecaster.of(
        QkanForecaster.anglesAndBase(1, QkanMeasure.FAST).withLatent(1, 1), 5, seed);
  }

  private static double median(QkanSeries series, LongFunction<QkanForecaster> model) {
    SeriesWindows windows = series.windows();
    List<Double> errors = new ArrayList<>();
    for (long seed : QkanBenchmark.SEEDS) {
      MultiLayerNetwork network = model.apply(seed).init();
      QkanBenchmark.train(network, windows, seed, (epoch, loss) -> {});
      errors.add(QkanBenchmark.error(network, windows.test()));
    }
    Collections.sort(errors);
    return errors.get(errors.size() / 2);
  }

  @Test
  void modelsHaveTheirNumberOfParameters() {
    assertEquals(42, small(1).init().numParams());
    assertEquals(94, hybrid(1).init().numParams());
    assertEquals(146, QkanForecaster.lstm(5, 1).init().numParams());
  }

  /** The medians of the networks are some hundred times larger. */
  @Test
  void aLinearModelForecastsBothSeriesAlmostExactly() {
    for (QkanSeries series : List.of(QkanSeries.SHM, QkanSeries.BESSEL)) {
      List<QkanBenchmark.Row> rows = QkanBenchmark.baselines(series.windows());
      assertEquals(3.4e-3, rows.get(0).median(), 4e-4, "last value, " + series);
      assertTrue(rows.get(1).median() < 2e-7, series + " " + rows.get(1));
    }
  }

  @Test
  @Tag("slow")
  void fortyTwoParametersForecastBothSeries() {
    assertTrue(median(QkanSeries.SHM, QkanBenchmarkTest::small) < 2e-3);
    assertTrue(median(QkanSeries.BESSEL, QkanBenchmarkTest::small) < 8e-4);
  }

  @Test
  @Tag("slow")
  void hybridsForecastBothSeries() {
    assertTrue(median(QkanSeries.SHM, QkanBenchmarkTest::hybrid) < 3e-4);
    assertTrue(median(QkanSeries.BESSEL, QkanBenchmarkTest::hybrid) < 8e-4);
  }
}
