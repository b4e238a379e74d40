package org.dl4jext.zoo.sweep;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;
import org.dl4jext.datasets.FormalLanguage;
import org.dl4jext.datasets.FormalLanguageTask;
import org.dl4jext.datasets.GroupWordProblem;
import org.dl4jext.datasets.SequenceTask;
import org.dl4jext.datasets.Supervision;
import org.dl4jext.datasets.TimeSeriesCsv;

/**
 * What a space file says: a task, how to search, and the values of the parameters.
 *
 * @param source the file and its text
 * @param task what is trained
 * @param search how candidates are chosen
 * @param medianStopping whether candidates below the median end early
 * @param gridValues values of a range in a grid
 * @param space the parameters
 */
public record SweepPlan(
    Source source,
    SweepTask task,
    Search search,
    boolean medianStopping,
    int gridValues,
    SweepSpace space) {

  private static final String FORECAST = "forecast";

  /** Names of the tasks. */
  public static final List<String> TASKS =
      List.of("parity", "state-tracking", "modular-arithmetic", "cycle-navigation", FORECAST);

  /**
   * Where a plan comes from.
   *
   * @param name of the file or preset, for errors
   * @param text the YAML
   * @param data the CSV file of a forecast, in place of the one that the text names; or null
   * @param targets columns to forecast, in place of those of the text; may be empty
   */
  public record Source(String name, String text, String data, List<String> targets) {}

  /**
   * Reads a plan; nothing is trained.
   *
   * @throws SpaceException if the text is not a space, with file, line and name
   * @throws IOException if the data of a forecast cannot be read
   */
  public static SweepPlan of(Source source) throws IOException {
    return new Reader(source).read();
  }

  /** Reads one file. */
  private static final class Reader {

    private final Source source;
    private final Map<String, YamlNode> top;
    private final YamlNode root;

    Reader(Source source) {
      this.source = source;
      this.root = YamlNode.read(source.name(), source.text());
      if (!root.isMap()) {
        throw error(root, "", "a space is a list of names with values");
      }
      this.top = new LinkedHashMap<>(root.fields());
    }

    SweepPlan read() throws IOException {
      SweepTask task = task();
      Search search = choice("search", Search.RANDOM);
      String stopping = text("stopping", "none");
      if (!List.of("none", "median").contains(stopping)) {
        throw error(root.fields().get("stopping"), "stopping", "allowed: none, median");
      }
      int gridValues = whole("gridValues", 3, 2, 1000);
      YamlNode parameters = top.remove("space");
      if (parameters == null || !parameters.isMap() || parameters.fields().isEmpty()) {
        throw error(parameters == null ? root : parameters, "space", "needs parameters");
      }
      top.forEach(
          (name, node) -> {
            throw error(node, name, "unknown name here");
          });
      SweepSpace space = space(task, parameters.fields());
      return new SweepPlan(source, task, search, stopping.equals("median"), gridValues, space);
    }

    private SweepTask task() throws IOException {
      YamlNode node = top.get("task");
      String name = text("task", "");
      if (name.equals(FORECAST)) {
        return forecast(node);
      }
      if (!TASKS.contains(name)) {
        throw error(
            node == null ? root : node,
            "task",
            "is '" + name + "'; allowed: " + String.join(", ", TASKS));
      }
      int length = whole("length", 32, 4, 4096);
      int testLength = whole("testLength", length, 4, 4096);
      int steps = whole("steps", 250, 1, 10_000_000);
      YamlNode group = top.get("group");
      SequenceTask task =
          name.equals("state-tracking")
              ? checked(group, "group", () -> GroupWordProblem.of(text("group", "S3")))
              : FormalLanguageTask.of(language(name), Supervision.EVERY_PREFIX);
      return new TrackingSweep(task, length, testLength, steps);
    }

    private static FormalLanguage language(String name) {
      return FormalLanguage.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private SweepTask forecast(YamlNode node) throws IOException {
      String data = source.data() == null ? text("data", null) : source.data();
      String named = text("target", null);
      if (data == null) {
        throw error(node, "data", "a forecast needs a CSV file, here or by --data");
      }
      List<String> targets =
          source.targets().isEmpty() && named != null ? List.of(named) : source.targets();
      int horizon = whole("horizon", 0, 0, 10_000);
      int season = whole("season", 0, 0, 100_000);
      var columns = new TimeSeriesCsv.Columns(targets, List.of(), null, null);
      return new ForecastSweep(TimeSeriesCsv.read(Path.of(data), columns), horizon, season);
    }

    private SweepSpace space(SweepTask task, Map<String, YamlNode> parameters) {
      Map<String, Object> fixed = new LinkedHashMap<>();
      Map<String, ParameterSpace<?>> varying = new LinkedHashMap<>();
      parameters.forEach(
          (name, node) -> {
            if (node.isMap()) {
              varying.put(name, RangeNode.space(source.name(), name, node, task));
            } else if (node.isList()) {
              List<Object> values =
                  node.items().stream().map(item -> converted(task, name, item)).toList();
              if (values.isEmpty()) {
                throw error(node, name, "is an empty list; allowed: one value and more");
              }
              // Arbiter's grid search miscounts a discrete space of one value.
              if (values.size() == 1) {
                fixed.put(name, values.get(0));
              } else {
                varying.put(name, new DiscreteParameterSpace<>(values));
              }
            } else {
              fixed.put(name, converted(task, name, node));
            }
          });
      return new SweepSpace(task, fixed, varying);
    }

    private Object converted(SweepTask task, String name, YamlNode node) {
      return checked(node, name, () -> task.convert(name, node.value()));
    }

    private <T> T checked(YamlNode node, String name, Supplier<T> value) {
      try {
        return value.get();
      } catch (IllegalArgumentException e) {
        throw error(node == null ? root : node, name, e.getMessage());
      }
    }

    private String text(String name, String usual) {
      YamlNode node = top.remove(name);
      if (node == null) {
        return usual;
      }
      if (!(node.value() instanceof String text)) {
        throw error(node, name, "is " + node + "; allowed: a word");
      }
      return text;
    }

    private int whole(String name, int usual, int low, int high) {
      YamlNode node = top.remove(name);
      return node == null
          ? usual
          : checked(node, name, () -> SweepValues.whole(name, node.value(), low, high));
    }

    private Search choice(String name, Search usual) {
      YamlNode node = top.get(name);
      String text = text(name, usual.name());
      return checked(
          node,
          name,
          () -> {
            try {
              return Search.valueOf(text.toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
              throw new IllegalArgumentException(
                  "is '" + text + "'; allowed: random, grid, genetic, tpe, halving", e);
            }
          });
    }

    private SpaceException error(YamlNode node, String name, String problem) {
      return new SpaceException(source.name(), node.line(), name, problem);
    }
  }
}
