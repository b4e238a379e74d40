package org.dl4jext.zoo.forecast;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * What a forecasting network needs beside its parameters; the metadata {@code forecast} of a model
 * file.
 *
 * @param version of this format
 * @param layer name of the recurrent layer
 * @param targets columns that are forecast
 * @param covariates further columns that are read
 * @param time name of the time column, or "row"
 * @param season rows in a season
 * @param horizon rows ahead that the model was chosen for
 * @param context rows that the network reads before it forecasts
 * @param level share of outcomes that the intervals should cover
 * @param codecs one for each column, targets first
 * @param scales mean absolute seasonal difference of the training part, one for each column
 * @param widths half-widths of the intervals, [target][lead]
 * @param testTime time of the first row that neither trained nor chose the model
 * @param lastTime time of the last known row
 * @param lastRows the last known rows, [column][row], as many as memory and context need
 */
public record ForecastFormat(
    int version,
    String layer,
    List<String> targets,
    List<String> covariates,
    String time,
    int season,
    int horizon,
    int context,
    double level,
    List<ColumnCodec> codecs,
    double[] scales,
    double[][] widths,
    String testTime,
    String lastTime,
    double[][] lastRows) {

  /** Name in the metadata of the model file. */
  static final String KEY = "forecast";

  static final int VERSION = 1;

  public ForecastFormat {
    int columns = targets.size() + covariates.size();
    require("version", version == VERSION);
    require("targets", !targets.isEmpty());
    require("codecs", codecs.size() == columns);
    require("scales", scales.length == columns);
    require("horizon", horizon >= 1);
    require("season", season >= 1);
    require("context", context >= 1);
    require("widths", widths.length == targets.size());
    for (double[] row : widths) {
      require("widths", row.length == horizon);
    }
    require("lastRows", lastRows.length == columns);
    int rows = context + memory(codecs);
    for (double[] row : lastRows) {
      require("lastRows", row.length == rows);
    }
    targets = List.copyOf(targets);
    covariates = List.copyOf(covariates);
    codecs = List.copyOf(codecs);
  }

  private static void require(String component, boolean valid) {
    if (!valid) {
      throw new IllegalArgumentException("ForecastFormat: " + component + " does not fit the rest");
    }
  }

  private static int memory(List<ColumnCodec> codecs) {
    return codecs.stream().mapToInt(ColumnCodec::memory).max().orElse(0);
  }

  /** Rows before a row that its features need. */
  public int memory() {
    return memory(codecs);
  }

  /** Channels that the network reads. */
  public int features() {
    return codecs.stream().mapToInt(ColumnCodec::features).sum();
  }

  /** Reads the format from the metadata of a model file of this name. */
  static ForecastFormat of(Map<String, Object> metadata, String name) throws IOException {
    Object tree = metadata.get(KEY);
    if (tree == null) {
      throw new IOException(name + ": there is no " + KEY + " in it: not a forecasting model");
    }
    try {
      return new ObjectMapper().convertValue(tree, ForecastFormat.class);
    } catch (IllegalArgumentException e) {
      String reason = e.getMessage().lines().findFirst().orElse("");
      throw new IOException(name + ": its " + KEY + " cannot be read: " + reason, e);
    }
  }

  /** The last known rows as a state to forecast from. */
  public SeriesState lastState() {
    return new SeriesState(this, lastRows);
  }
}
