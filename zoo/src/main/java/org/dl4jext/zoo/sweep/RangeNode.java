package org.dl4jext.zoo.sweep;

import java.util.Set;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.distribution.LogUniformDistribution;
import org.deeplearning4j.arbiter.optimize.parameter.continuous.ContinuousParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.integer.IntegerParameterSpace;

/** A range in a space file: {@code {from: 1, to: 3}}, with {@code log: true} for a log scale. */
final class RangeNode {

  private static final Set<String> NAMES = Set.of("from", "to", "log");

  private final SpaceSettings settings;
  private final String name;
  private final YamlNode node;
  private final SweepTask task;

  private RangeNode(SpaceSettings settings, String name, YamlNode node, SweepTask task) {
    this.settings = settings;
    this.name = name;
    this.node = node;
    this.task = task;
  }

  /**
   * The space of a range.
   *
   * @throws SpaceException if it is none
   */
  static ParameterSpace<?> space(
      SpaceSettings settings, String name, YamlNode node, SweepTask task) {
    return new RangeNode(settings, name, node, task).space();
  }

  private ParameterSpace<?> space() {
    node.fields()
        .forEach(
            (key, value) -> {
              if (!NAMES.contains(key)) {
                throw error(value, "a range has from, to and log, not '" + key + "'");
              }
            });
    YamlNode logNode = node.fields().get("log");
    boolean log = logNode != null && Boolean.TRUE.equals(logNode.value());
    if (logNode != null && !(logNode.value() instanceof Boolean)) {
      throw error(logNode, "log is " + logNode + "; allowed: true and false");
    }
    double from = end("from");
    double to = end("to");
    if (!(from < to)) {
      throw error(node, "empty range from " + text("from") + " to " + text("to"));
    }
    if (log && !(from > 0)) {
      throw error(
          node.fields().get("from"),
          "the log of " + text("from") + " does not exist; from must be above 0");
    }
    boolean whole = converted("from") instanceof Integer;
    converted("to");
    if (whole && log) {
      throw error(logNode, "log is for numbers with a fraction; list the whole numbers instead");
    }
    if (whole) {
      return new IntegerParameterSpace((int) from, (int) to);
    }
    return log
        ? new ContinuousParameterSpace(new LogUniformDistribution(from, to))
        : new ContinuousParameterSpace(from, to);
  }

  private String text(String end) {
    return node.fields().get(end).toString();
  }

  private double end(String end) {
    YamlNode value = node.fields().get(end);
    if (value == null) {
      throw error(node, "a range needs from and to");
    }
    if (!(value.value() instanceof Number number)) {
      throw error(value, end + " is " + value + "; allowed: numbers");
    }
    return number.doubleValue();
  }

  private Object converted(String end) {
    YamlNode value = node.fields().get(end);
    return settings.checked(value, name, () -> task.convert(name, value.value()));
  }

  private SpaceException error(YamlNode at, String problem) {
    return settings.error(at, name, problem);
  }
}
