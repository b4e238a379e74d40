package org.dl4jext.zoo.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dl4jext.datasets.CsvException;
import org.dl4jext.datasets.NoSuchColumnException;
import org.dl4jext.datasets.TimeAxis;
import org.dl4jext.datasets.TimeSeries;
import org.dl4jext.datasets.TimeSeriesCsv;
import org.dl4jext.zoo.forecast.ForecastFormat;
import org.dl4jext.zoo.forecast.ForecastModel;

/** Reads the files named on the command line; what is wrong becomes the right exit code. */
final class ForecastData {

  private ForecastData() {}

  static TimeSeries series(Path file, TimeSeriesCsv.Columns columns) throws IOException {
    requireFile(file);
    try {
      return TimeSeriesCsv.read(file, columns);
    } catch (NoSuchColumnException | IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    } catch (CsvException e) {
      throw new UnusableContentException(e.getMessage(), e);
    }
  }

  /** The columns of a model. */
  static TimeSeries series(Path file, ForecastModel model) throws IOException {
    ForecastFormat format = model.format();
    String time = format.time().equals(TimeAxis.ROWS) ? null : format.time();
    return series(
        file, new TimeSeriesCsv.Columns(format.targets(), format.covariates(), time, null));
  }

  static ForecastModel model(Path file) {
    requireFile(file);
    try {
      return ForecastModel.load(file);
    } catch (IOException e) {
      throw new UnusableContentException(e.getMessage(), e);
    }
  }

  /** Refuses what is not a readable file. */
  static void requireFile(Path file) {
    if (Files.isDirectory(file)) {
      throw new UsageException(file + " is a directory; needed: a file");
    }
    if (!Files.exists(file)) {
      throw new UsageException("no such file: " + file);
    }
    if (!Files.isReadable(file)) {
      throw new UsageException("not readable: " + file);
    }
  }
}
