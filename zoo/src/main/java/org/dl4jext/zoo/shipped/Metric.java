package org.dl4jext.zoo.shipped;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongToDoubleFunction;
import org.dl4jext.zoo.models.ZooEntry;

/**
 * What was measured on fresh data.
 *
 * @param name with the conditions, such as "token accuracy at length 128"
 * @param value what came out
 * @param error its standard error; 0 on data that are always the same
 * @param higherIsBetter as for accuracies
 */
public record Metric(String name, double value, double error, boolean higherIsBetter) {

  /** Standard errors of the difference that two measurements may lie apart. */
  private static final double TOLERANCE = 4;

  /** Share of the value that another processor may round away. */
  private static final double ROUNDING = 1e-3;

  private static final int PARTS = 8;
  private static final String ERROR = "standard error";

  /**
   * A mean over eight parts, each of data from a seed of its own.
   *
   * @param resolution least change of a part, such as one answer more of all
   */
  static Metric mean(
      String name,
      boolean higherIsBetter,
      double resolution,
      long seed,
      LongToDoubleFunction part) {
    double[] parts = new SplittableRandom(seed).longs(PARTS).mapToDouble(part).toArray();
    double mean = Arrays.stream(parts).average().orElseThrow();
    double squares = Arrays.stream(parts).map(x -> (x - mean) * (x - mean)).sum();
    double variance = squares / (PARTS - 1) + resolution * resolution;
    return new Metric(name, mean, Math.sqrt(variance / PARTS), higherIsBetter);
  }

  /** A measurement on data that are always the same. */
  static Metric fixed(String name, double value, boolean higherIsBetter) {
    return new Metric(name, value, 0, higherIsBetter);
  }

  /** What was measured when a model was trained. */
  Metric recorded(ZooEntry entry) {
    Double recorded = entry.metrics().get(name);
    if (recorded == null) {
      throw new IllegalArgumentException(
          "the manifest has no '" + name + "' of " + entry.name() + ", but " + entry.metrics());
    }
    return new Metric(name, recorded, entry.metrics().getOrDefault(ERROR, 0.0), higherIsBetter);
  }

  /** The form in the manifest. */
  Map<String, Double> toMap() {
    Map<String, Double> map = new LinkedHashMap<>();
    map.put(name, value);
    map.put(ERROR, error);
    return map;
  }

  /** Whether this is not worse than another measurement by more than chance explains. */
  public boolean meets(Metric other) {
    double worse = higherIsBetter ? other.value - value : value - other.value;
    double allowed = TOLERANCE * Math.hypot(error, other.error) + ROUNDING * Math.abs(other.value);
    return worse <= allowed;
  }

  /** Value and standard error as text. */
  public String shown() {
    String format = value >= 0.01 ? "%.4f (+- %.4f)" : "%.2e (+- %.1e)";
    return String.format(Locale.ROOT, format, value, error);
  }
}
