package org.dl4jext.recurrent.arbiter;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The median stopping rule: a candidate stops where its best score so far is worse than the median
 * of the running means of the other candidates at the same step.
 *
 * <p>Whom it stops depends on who came first, so with several workers a search does not repeat
 * exactly. Safe for several threads.
 *
 * <p>Source: Golovin et al. 2017, Google Vizier, section 3.2.
 */
public final class MedianStopping implements StoppingRule {

  private final boolean minimize;
  private final int firstStep;
  private final int candidates;
  private final Map<Integer, List<Double>> scores = new HashMap<>();

  /**
   * The rule.
   *
   * @param minimize whether smaller scores are better
   * @param firstStep first step at which a candidate may stop, at least 1
   * @param candidates how many others must have come as far, at least 1
   */
  public MedianStopping(boolean minimize, int firstStep, int candidates) {
    if (firstStep < 1) {
      throw new IllegalArgumentException("firstStep is " + firstStep + "; allowed: 1 and more");
    }
    if (candidates < 1) {
      throw new IllegalArgumentException("candidates is " + candidates + "; allowed: 1 and more");
    }
    this.minimize = minimize;
    this.firstStep = firstStep;
    this.candidates = candidates;
  }

  @Override
  public synchronized boolean stops(int candidate, int step, double score) {
    List<Double> own = scores.computeIfAbsent(candidate, key -> new ArrayList<>());
    own.add(minimize ? -score : score);
    if (step < firstStep) {
      return false;
    }
    List<Double> means = new ArrayList<>();
    scores.forEach(
        (other, values) -> {
          if (other != candidate && values.size() >= step) {
            means.add(values.subList(0, step).stream().mapToDouble(v -> v).average().orElseThrow());
          }
        });
    return means.size() >= candidates && Collections.max(own) < median(means);
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
