package org.dl4jext.zoo.plot;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The course of a training, or the mean of several: values by step. */
public final class TrainingCurve {

  private static final int MOST = 400;

  private final SortedMap<Long, DoubleSummaryStatistics> values = new TreeMap<>();

  /** Takes the value of a step; what is not finite is left out. */
  public void add(long step, double value) {
    if (Double.isFinite(value)) {
      values.computeIfAbsent(step, key -> new DoubleSummaryStatistics()).accept(value);
    }
  }

  /** At most 400 points, each the mean of as many steps. */
  public LinePlot.Line line(String name) {
    List<Long> steps = new ArrayList<>(values.keySet());
    int each = Math.max(1, (steps.size() + MOST - 1) / MOST);
    int size = (steps.size() + each - 1) / each;
    double[] x = new double[size];
    double[] y = new double[size];
    for (int i = 0; i < size; i++) {
      List<Long> part = steps.subList(i * each, Math.min(steps.size(), (i + 1) * each));
      x[i] = part.stream().mapToDouble(step -> step).average().orElseThrow();
      y[i] = part.stream().mapToDouble(s -> values.get(s).getAverage()).average().orElseThrow();
    }
    return new LinePlot.Line(name, x, y);
  }
}
