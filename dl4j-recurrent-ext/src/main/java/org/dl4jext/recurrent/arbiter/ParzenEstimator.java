package org.dl4jext.recurrent.arbiter;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * A density of values in the unit interval around those that were observed: normals cut off at 0
 * and 1 and a uniform one, in equal parts; for k categories their frequencies, each counted once
 * more. A normal is as wide as the gap to its farther neighbour, the ends of the interval included.
 */
final class ParzenEstimator {

  private static final double LEAST_WIDTH = 0.01;

  private final NormalDistribution[] kernels;
  private final double[] masses;
  private final double[] frequencies;

  /**
   * The density around some values.
   *
   * @param values in the unit interval
   * @param categories number of equal parts of the interval that are one value each, or 0
   */
  ParzenEstimator(double[] values, int categories) {
    frequencies = new double[categories];
    kernels = new NormalDistribution[categories > 0 ? 0 : values.length];
    masses = new double[kernels.length];
    if (categories > 0) {
      Arrays.fill(frequencies, 1.0 / (values.length + categories));
      for (double value : values) {
        frequencies[category(value)] += 1.0 / (values.length + categories);
      }
      return;
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double least = Math.max(LEAST_WIDTH, 1.0 / (1 + values.length));
    for (int i = 0; i < sorted.length; i++) {
      double below = sorted[i] - (i == 0 ? 0 : sorted[i - 1]);
      double above = (i == sorted.length - 1 ? 1 : sorted[i + 1]) - sorted[i];
      double width = Math.max(least, Math.max(below, above));
      kernels[i] = new NormalDistribution(null, sorted[i], width);
      masses[i] = kernels[i].probability(0, 1);
    }
  }

  private int category(double value) {
    return Math.min(frequencies.length - 1, (int) (value * frequencies.length));
  }

  double sample(SplittableRandom random) {
    if (frequencies.length > 0) {
      double at = random.nextDouble();
      int category = 0;
      while (category < frequencies.length - 1 && at >= frequencies[category]) {
        at -= frequencies[category++];
      }
      return (category + 0.5) / frequencies.length;
    }
    int kernel = random.nextInt(kernels.length + 1);
    if (kernel == kernels.length) {
      return random.nextDouble();
    }
    double low = kernels[kernel].cumulativeProbability(0);
    double at = low + random.nextDouble() * masses[kernel];
    return Math.min(1, Math.max(0, kernels[kernel].inverseCumulativeProbability(at)));
  }

  double logDensity(double value) {
    if (frequencies.length > 0) {
      return Math.log(frequencies[category(value)]);
    }
    double sum = 1;
    for (int i = 0; i < kernels.length; i++) {
      sum += kernels[i].density(value) / masses[i];
    }
    return Math.log(sum / (kernels.length + 1));
  }
}
