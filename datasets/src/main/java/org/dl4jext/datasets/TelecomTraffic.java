package org.dl4jext.datasets;

import java.util.Random;

/**
 * A SYNTHETIC series in the likeness of messages in one cell of a city: a daily and a weekly
 * rhythm, bursts that decay, and multiplicative noise, in steps of ten minutes. It is not a
 * measurement; for measured traffic see {@link TelecomCsv}.
 *
 * <pre>
 *   level(t) = (1 + daily(t)) weekly(t) + bursts(t);   value = level exp(noise z - noise^2/2)
 * </pre>
 *
 * @param seed of the bursts and the noise
 * @param days length; a day has 144 steps
 * @param burstsPerDay mean number of bursts a day, 0 and more
 * @param noise standard deviation of the logarithm, 0 and more
 */
public record TelecomTraffic(long seed, int days, double burstsPerDay, double noise) {

  /** Steps of a day. */
  public static final int STEPS_PER_DAY = 144;

  /** Share of a burst that is left after a step. */
  private static final double DECAY = 0.8;

  public TelecomTraffic {
    if (days < 1 || days > 10_000) {
      throw new IllegalArgumentException(
          "TelecomTraffic: days is " + days + "; allowed: 1 to 10000");
    }
    if (!(burstsPerDay >= 0 && burstsPerDay <= STEPS_PER_DAY)) {
      throw new IllegalArgumentException(
          "TelecomTraffic: burstsPerDay is " + burstsPerDay + "; allowed: 0 to " + STEPS_PER_DAY);
    }
    if (!(noise >= 0 && noise <= 2)) {
      throw new IllegalArgumentException("TelecomTraffic: noise is " + noise + "; allowed: 0 to 2");
    }
  }

  /** A week with a burst a day and noise of a tenth. */
  public static TelecomTraffic week(long seed) {
    return new TelecomTraffic(seed, 7, 1, 0.1);
  }

  /** The values, all positive. */
  public double[] values() {
    Random random = new Random(seed);
    double[] values = new double[days * STEPS_PER_DAY];
    double burst = 0;
    for (int t = 0; t < values.length; t++) {
      burst *= DECAY;
      if (random.nextDouble() < burstsPerDay / STEPS_PER_DAY) {
        burst += 0.5 + random.nextDouble();
      }
      double z = random.nextGaussian();
      values[t] = (level(t) + burst) * Math.exp(noise * z - noise * noise / 2);
    }
    return values;
  }

  /** Without bursts and noise; least at four in the morning, lower at the weekend. */
  private static double level(int t) {
    double hour = 24.0 * (t % STEPS_PER_DAY) / STEPS_PER_DAY;
    double phase = 2 * Math.PI * (hour - 4) / 24;
    double daily = -0.7 * Math.cos(phase) - 0.2 * Math.cos(2 * phase);
    boolean weekend = t / STEPS_PER_DAY % 7 >= 5;
    return (1 + daily) * (weekend ? 0.7 : 1);
  }
}
