package org.dl4jext.zoo.forecast;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntervalWidthsTest {

  private static final int ROWS = 900;

  /** Errors whose size doubles half way. */
  private static double[] actual() {
    SplittableRandom random = new SplittableRandom(8);
    double[] x = new double[ROWS];
    for (int t = 0; t < ROWS; t++) {
      x[t] = Examples.noise(random) * (t < ROWS / 2 ? 1 : 2);
    }
    return x;
  }

  private static double[][] run(double[] x, double level) {
    boolean[] observed = new boolean[ROWS];
    java.util.Arrays.fill(observed, true);
    return new IntervalWidths(level, 3).run(x, observed, 0, new double[ROWS - 1][3]);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 0.8, 0.95})
  void coverageStaysNearTheLevelWhenErrorsGrow(double level) {
    double[] x = actual();
    double[][] widths = run(x, level);
    int inside = 0;
    int count = 0;
    for (int origin = 100; origin < ROWS - 3; origin++) {
      for (int lead = 0; lead < 3; lead++) {
        inside += Math.abs(x[origin + 1 + lead]) <= widths[origin][lead] ? 1 : 0;
        count++;
      }
    }
    assertEquals(level, inside / (double) count, 0.05);
  }

  @ParameterizedTest
  @ValueSource(ints = {50, 300, 898})
  void widthsKnowTheErrorsBeforeTheirOriginOnly(int origin) {
    double[] x = actual();
    double[][] before = run(x, 0.8);
    for (int t = origin + 1; t < ROWS; t++) {
      x[t] = 1e6;
    }
    double[][] after = run(x, 0.8);
    for (int o = 0; o <= origin; o++) {
      assertArrayEquals(before[o], after[o], 0);
    }
  }
}
