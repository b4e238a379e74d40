package org.dl4jext.zoo.sweep;

import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * How much of the variance of the scores one parameter tells by itself: epsilon squared, which
 * takes off what chance would give. Numbers with many values are cut into five groups of the same
 * size.
 *
 * <p>Parameters that matter only together are not seen, and few candidates tell little.
 *
 * <p>Source: Kelley 1935, An unbiased correlation ratio measure.
 */
final class Importance {

  private static final int GROUPS = 5;

  private Importance() {}

  /**
   * The share of one parameter.
   *
   * @param values of the parameter, one for each score
   * @param scores finite
   * @return 0 to 1; NaN where there are too few
   */
  static double of(List<?> values, double[] scores) {
    int[] group = groups(values);
    int count = Arrays.stream(group).max().orElse(-1) + 1;
    int n = scores.length;
    if (count < 2 || n <= count) {
      return Double.NaN;
    }
    double mean = Arrays.stream(scores).average().orElseThrow();
    double[] sums = new double[count];
    int[] sizes = new int[count];
    double total = 0;
    for (int i = 0; i < n; i++) {
      sums[group[i]] += scores[i];
      sizes[group[i]]++;
      total += (scores[i] - mean) * (scores[i] - mean);
    }
    double between = 0;
    for (int g = 0; g < count; g++) {
      double off = sums[g] / sizes[g] - mean;
      between += sizes[g] * off * off;
    }
    double within = (total - between) / (n - count);
    return total == 0 ? 0 : Math.max(0, (between - (count - 1) * within) / total);
  }

  private static int[] groups(List<?> values) {
    long distinct = values.stream().distinct().count();
    int[] group = new int[values.size()];
    if (distinct <= GROUPS || !values.stream().allMatch(Number.class::isInstance)) {
      TreeMap<String, Integer> names = new TreeMap<>();
      for (int i = 0; i < group.length; i++) {
        Integer next = names.size();
        Integer known = names.putIfAbsent(String.valueOf(values.get(i)), next);
        group[i] = known == null ? next : known;
      }
      return group;
    }
    double[] numbers = values.stream().mapToDouble(v -> ((Number) v).doubleValue()).toArray();
    double[] sorted = numbers.clone();
    Arrays.sort(sorted);
    for (int i = 0; i < group.length; i++) {
      for (int g = 1; g < GROUPS; g++) {
        group[i] += numbers[i] >= sorted[g * sorted.length / GROUPS] ? 1 : 0;
      }
    }
    // Where values are equal, some groups are empty: number those that are not.
    int[] used = Arrays.stream(group).sorted().distinct().toArray();
    return Arrays.stream(group).map(g -> Arrays.binarySearch(used, g)).toArray();
  }
}
