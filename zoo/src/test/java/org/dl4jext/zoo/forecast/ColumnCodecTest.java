package org.dl4jext.zoo.forecast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ColumnCodecTest {

  private static double[] walk(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] x = new double[60];
    for (int t = 1; t < x.length; t++) {
      x[t] = x[t - 1] + Examples.noise(random);
    }
    return x;
  }

  private static ColumnCodec codec(
      int lag, boolean differenced, int season, boolean last, boolean hybrid) {
    double[] regression = {0.1, 0.5, -0.2};
    return new ColumnCodec(
        lag, differenced, season, 0.3, 2, -1e6, 1e6, last, regression, hybrid, false, 0.7);
  }

  @Property(tries = 200)
  void decodingTheLabelGivesTheNextRow(
      @ForAll @IntRange(max = 9) int lag,
      @ForAll boolean differenced,
      @ForAll @IntRange(min = 1, max = 9) int season,
      @ForAll boolean last,
      @ForAll boolean hybrid,
      @ForAll long seed) {
    double[] x = walk(seed);
    ColumnCodec codec = codec(lag, differenced, season, last, hybrid);
    for (int t = codec.memory(); t < x.length - 1; t++) {
      assertEquals(x[t + 1], codec.decode(x, t, codec.label(x, t)), 1e-9);
    }
  }

  @Property(tries = 100)
  void rowsBeforeTheMemoryAndAfterTheRowAreNotRead(
      @ForAll @IntRange(max = 9) int lag,
      @ForAll boolean differenced,
      @ForAll @IntRange(min = 1, max = 9) int season,
      @ForAll boolean hybrid,
      @ForAll long seed) {
    ColumnCodec codec = codec(lag, differenced, season, true, hybrid);
    double[] x = walk(seed);
    int t = 40;
    double[] features = new double[codec.features()];
    codec.encode(x, t, features, 0);
    double next = codec.decode(x, t, 0.5);
    for (int row = 0; row < x.length; row++) {
      if (row < t - codec.memory() || row > t) {
        x[row] = Double.NaN;
      }
    }
    double[] again = new double[codec.features()];
    codec.encode(x, t, again, 0);
    for (int f = 0; f < features.length; f++) {
      assertEquals(features[f], again[f], 0);
    }
    assertEquals(next, codec.decode(x, t, 0.5), 0);
  }

  @Property(tries = 20)
  void aColumnThatNeverFallsBelowZeroIsNotForecastBelowIt(@ForAll long seed) {
    ColumnCodec codec =
        new ColumnCodec(0, false, 1, 0, 1, -100, 100, true, new double[] {0}, false, true, 1);
    assertEquals(0, codec.decode(walk(seed), 30, -90), 0);
    assertEquals(0, codec.lower(1, 3), 0);
    assertTrue(codec.lower(4, 3) > 0);
  }
}
