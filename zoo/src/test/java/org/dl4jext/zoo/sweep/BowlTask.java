package org.dl4jext.zoo.sweep;

import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.continuous.ContinuousParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;

/** A task without a network: its score is lowest at x = 0.3 and shape b, which knows no y. */
final class BowlTask implements SweepTask {

  static final int STEPS = 20;

  /** x above this fails, and y well below x does not go together with shape a. */
  private static final double FAILS = 0.95;

  static SweepPlan plan(Search.Kind search) {
    BowlTask task = new BowlTask();
    Map<String, ParameterSpace<?>> varying = new LinkedHashMap<>();
    varying.put("x", new ContinuousParameterSpace(0, 1));
    varying.put("shape", new DiscreteParameterSpace<>("a", "b"));
    varying.put("y", new ContinuousParameterSpace(0, 1));
    return new SweepPlan(
        new SweepPlan.Source("bowl", "the bowl", null, List.of()),
        task,
        search(search),
        SweepPlan.Stopping.NONE,
        new SweepSpace(task, Map.of(), varying));
  }

  /** Three rounds of halving, so that one lies between the first and the last. */
  static Search search(Search.Kind kind) {
    return new Search(kind, 3, 3, 3);
  }

  @Override
  public String title() {
    return "bowl";
  }

  @Override
  public String scoreName() {
    return "depth";
  }

  @Override
  public boolean minimize() {
    return true;
  }

  @Override
  public Object convert(String parameter, Object value) {
    return value;
  }

  @Override
  public boolean counts(String parameter, Map<String, Object> values) {
    return !parameter.equals("y") || values.get("shape").equals("a");
  }

  @Override
  public void check(Map<String, Object> values) {
    if (values.containsKey("y") && number(values, "y") < number(values, "x") - 0.2) {
      throw new IllegalArgumentException("y is well below x");
    }
  }

  private static double number(Map<String, Object> values, String name) {
    return (Double) values.get(name);
  }

  @Override
  public Outcome train(Map<String, Object> values, long seed, double share, Watch watch) {
    double x = number(values, "x");
    if (x > FAILS) {
      throw new IllegalStateException("x is too large");
    }
    double noise = (seed % 1000) * 1e-6;
    double score = (x - 0.3) * (x - 0.3) + (values.containsKey("y") ? 0.1 : 0) + noise;
    int steps = Math.max(1, (int) Math.round(share * STEPS));
    int step = 0;
    while (step < steps && watch.goesOn(++step, steps, score + 1.0 / step)) {}
    double reached = score + 1 - (double) step / STEPS;
    return new Outcome(reached, step, file -> Files.writeString(file, values + " " + reached));
  }
}
