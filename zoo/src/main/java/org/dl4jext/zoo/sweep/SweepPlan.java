package org.dl4jext.zoo.sweep;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;

/**
 * What a space file says: a task, how to search, and the values of the parameters.
 *
 * @param source the file and its text
 * @param task what is trained
 * @param search how candidates are chosen
 * @param stopping which of them end early
 * @param space the parameters
 */
public record SweepPlan(
    Source source, SweepTask task, Search search, Stopping stopping, SweepSpace space) {

  /**
   * Where a plan comes from.
   *
   * @param name of the file or preset, for errors
   * @param text the YAML
   * @param data the CSV file of a forecast, in place of the one that the text names; or null
   * @param targets columns to forecast, in place of those of the text; may be empty
   */
  public record Source(String name, String text, String data, List<String> targets) {}

  /** Which trainings end early. */
  public enum Stopping {
    /** None. */
    NONE,
    /** Those below the median. */
    MEDIAN
  }

  /**
   * Reads a plan; nothing is trained.
   *
   * @throws SpaceException if the text is not a space, with file, line and name
   * @throws IOException if the data of a forecast cannot be read
   */
  public static SweepPlan of(Source source) throws IOException {
    SpaceSettings settings = new SpaceSettings(source);
    SweepTask task = NamedTask.read(settings);
    Search search = Search.read(settings);
    Stopping stopping = settings.constant("stopping", Stopping.NONE);
    YamlNode parameters = settings.take("space");
    if (parameters == null || !parameters.isMap() || parameters.fields().isEmpty()) {
      throw settings.error(parameters, "space", "needs parameters");
    }
    settings.requireAllRead();
    SweepSpace space = space(settings, task, parameters.fields());
    return new SweepPlan(source, task, search, stopping, space);
  }

  private static SweepSpace space(
      SpaceSettings settings, SweepTask task, Map<String, YamlNode> parameters) {
    Map<String, Object> fixed = new LinkedHashMap<>();
    Map<String, ParameterSpace<?>> varying = new LinkedHashMap<>();
    parameters.forEach(
        (name, node) -> {
          if (node.isMap()) {
            varying.put(name, RangeNode.space(settings, name, node, task));
          } else if (node.isList()) {
            List<Object> values =
                node.items().stream().map(item -> converted(settings, task, name, item)).toList();
            if (values.isEmpty()) {
              throw settings.error(node, name, "is an empty list; allowed: one value and more");
            }
            // Arbiter's grid search miscounts a discrete space of one value.
            if (values.size() == 1) {
              fixed.put(name, values.get(0));
            } else {
              varying.put(name, new DiscreteParameterSpace<>(values));
            }
          } else {
            fixed.put(name, converted(settings, task, name, node));
          }
        });
    return new SweepSpace(task, fixed, varying);
  }

  private static Object converted(
      SpaceSettings settings, SweepTask task, String name, YamlNode node) {
    return settings.checked(node, name, () -> task.convert(name, node.value()));
  }
}
