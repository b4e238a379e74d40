package org.dl4jext.zoo.forecast;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.dl4jext.datasets.TimeSeries;
import org.dl4jext.datasets.TimeSeriesCsv;

/** Small series and quick options. */
final class Examples {

  private Examples() {}

  /** A wave of 8 rows with noise, and a second column half a wave behind. */
  static double[][] wave(int rows, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] x = new double[2][rows];
    for (int t = 0; t < rows; t++) {
      x[0][t] = 10 + 3 * Math.sin(Math.PI * t / 4) + 0.3 * noise(random);
      x[1][t] = 5 - 2 * Math.sin(Math.PI * t / 4) + 0.3 * noise(random);
    }
    return x;
  }

  static double noise(SplittableRandom random) {
    return random.nextDouble() + random.nextDouble() + random.nextDouble() - 1.5;
  }

  /** The file of a table with the columns t, a, b. */
  static Path file(Path folder, double[][] x) throws IOException {
    StringBuilder text = new StringBuilder("t,a,b\n");
    for (int t = 0; t < x[0].length; t++) {
      text.append(t).append(',').append(x[0][t]).append(',').append(x[1][t]).append('\n');
    }
    return Files.writeString(folder.resolve("table.csv"), text);
  }

  static TimeSeries series(Path file, List<String> targets, List<String> covariates)
      throws IOException {
    return TimeSeriesCsv.read(file, new TimeSeriesCsv.Columns(targets, covariates, "t", null));
  }

  static ForecastOptions quick(boolean hybrid) {
    return new ForecastOptions(6, 12, 8, "rnn", 8, 1, 2, 3, hybrid, 0.8);
  }
}
