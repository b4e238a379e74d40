package org.dl4jext.zoo.sweep;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.datasets.SequenceTask;
import org.dl4jext.recurrent.SequenceLayer;
import org.dl4jext.recurrent.arbiter.Budget;
import org.dl4jext.recurrent.arbiter.SpecComponents;
import org.dl4jext.zoo.catalogue.NamedLayer;
import org.dl4jext.zoo.models.SafeModels;
import org.dl4jext.zoo.tracking.Accuracy;
import org.dl4jext.zoo.tracking.TrackingNetwork;
import org.dl4jext.zoo.tracking.TrackingRun;

/**
 * Sweeps over the state-tracking tasks: the layer, its width, the learning rate, and any component
 * of the spec of a layer as {@code layer.component}. The score is the accuracy on fresh examples.
 *
 * @param task what is learnt
 * @param length longest training example
 * @param testLength of the examples that are scored
 * @param steps parameter updates in full
 */
record TrackingSweep(SequenceTask task, int length, int testLength, int steps)
    implements SweepTask {

  private static final int EXAMPLES = 128;
  private static final long TEST_SEED = 0x5EEDL;

  private static final int USUAL_WIDTH = 64;
  private static final double USUAL_RATE = 4e-3;
  private static final String LAYER = "layer";
  private static final String WIDTH = "width";
  private static final String RATE = "rate";

  @Override
  public String title() {
    return task.name();
  }

  @Override
  public String scoreName() {
    return "token accuracy at length " + task.nearestLength(testLength);
  }

  @Override
  public boolean minimize() {
    return false;
  }

  @Override
  public Object convert(String parameter, Object value) {
    switch (parameter) {
      case LAYER -> {
        return NamedLayer.of(String.valueOf(value)).label();
      }
      case WIDTH -> {
        return SweepValues.whole(WIDTH, value, 1, 4096);
      }
      case RATE -> {
        return SweepValues.number(RATE, value, 0, 1);
      }
      default -> {
        return convertComponent(parameter, value);
      }
    }
  }

  private static Object convertComponent(String parameter, Object value) {
    int dot = parameter.indexOf('.');
    if (dot < 0 || !NamedLayer.labels().contains(parameter.substring(0, dot))) {
      throw new IllegalArgumentException(
          "there is no such parameter; there are layer, width, rate, and LAYER.COMPONENT, where"
              + " LAYER is one of "
              + String.join(", ", NamedLayer.labels()));
    }
    String name = parameter.substring(dot + 1);
    Class<?> spec = usual(parameter.substring(0, dot), USUAL_WIDTH).getSpec().getClass();
    return SpecComponents.convert(name, SpecComponents.typeOf(spec, name), value);
  }

  private static SequenceLayer<?> usual(String label, int width) {
    return NamedLayer.of(label).ofWidth(width);
  }

  private static String label(Map<String, Object> values) {
    return (String) values.getOrDefault(LAYER, NamedLayer.DELTA_PRODUCT.label());
  }

  @Override
  public boolean counts(String parameter, Map<String, Object> values) {
    int dot = parameter.indexOf('.');
    return dot < 0 || parameter.substring(0, dot).equals(label(values));
  }

  @Override
  public void check(Map<String, Object> values) {
    layer(values);
  }

  private SequenceLayer<?> layer(Map<String, Object> values) {
    int width = (Integer) values.getOrDefault(WIDTH, USUAL_WIDTH);
    SequenceLayer<?> layer = usual(label(values), width);
    Map<String, Object> components = new LinkedHashMap<>();
    values.forEach(
        (name, value) -> {
          if (name.contains(".") && counts(name, values)) {
            components.put(name.substring(name.indexOf('.') + 1), value);
          }
        });
    return layer.with(width, SpecComponents.changes(layer.getSpec(), components));
  }

  @Override
  public Outcome train(Map<String, Object> values, long seed, double share, Watch watch) {
    int updates = new Budget(share, 0).of(steps);
    double rate = (Double) values.getOrDefault(RATE, USUAL_RATE);
    MultiLayerNetwork network =
        new TrackingNetwork(task, layer(values), rate, updates, seed).init();
    int[] done = {0};
    try {
      // What counts is how long examples have become and how many of them are right.
      TrackingRun.fit(
          network,
          task,
          length,
          updates,
          true,
          seed,
          (step, most, reached, right) -> {
            done[0] = step;
            EndedEarly.unless(watch.goesOn(step, most, (reached + right) / (length + 1.0)));
          });
    } catch (EndedEarly e) {
      // What has been learnt is scored.
    }
    double score = Accuracy.measure(network, task, testLength, EXAMPLES, TEST_SEED).token();
    Map<String, Object> metadata =
        Map.of("task", title(), "parameters", values, "score", score, "lengths", List.of(length));
    return new Outcome(score, done[0], file -> SafeModels.save(network, file, metadata));
  }
}
