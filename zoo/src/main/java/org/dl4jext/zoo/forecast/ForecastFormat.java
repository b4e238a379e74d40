package org.dl4jext.zoo.forecast;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * What a forecasting network needs beside its parameters; the entry {@value #ENTRY} of a model
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

  /** Name of the entry in the model file. */
  public static final String ENTRY = "forecast.json";

  static final int VERSION = 1;
  private static final int MAX_BYTES = 64 << 20;

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

  /** Reads the entry of a model file. */
  public static ForecastFormat read(Path modelFile) throws IOException {
    try (ZipFile zip = new ZipFile(modelFile.toFile())) {
      ZipEntry entry = zip.getEntry(ENTRY);
      if (entry == null) {
        throw new IOException("no entry " + ENTRY + ": not a forecasting model");
      }
      try (InputStream in = zip.getInputStream(entry)) {
        byte[] bytes = in.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
          throw new IOException("entry " + ENTRY + " is larger than " + MAX_BYTES + " bytes");
        }
        return new ObjectMapper().readValue(bytes, ForecastFormat.class);
      }
    }
  }

  byte[] toJson() throws JsonProcessingException {
    return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(this);
  }

  /** The last known rows as a state to forecast from. */
  public SeriesState lastState() {
    return new SeriesState(this, lastRows);
  }
}
