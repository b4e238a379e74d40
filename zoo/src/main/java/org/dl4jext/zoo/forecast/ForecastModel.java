package org.dl4jext.zoo.forecast;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.dl4jext.datasets.TimeSeries;

/**
 * A trained network with its {@link ForecastFormat}. The file is a DL4J model file with one further
 * entry, so {@code MultiLayerNetwork.load} reads it too. Not thread-safe: forecasting moves the
 * network's state.
 */
public final class ForecastModel {

  /** Entries of a model file; anything else could be code that a loader runs. */
  private static final Set<String> ENTRIES =
      Set.of("configuration.json", "coefficients.bin", "updaterState.bin", ForecastFormat.ENTRY);

  private static final int MAX_REASON = 200;
  private static final long MAX_ENTRY = 1L << 30;

  private final MultiLayerNetwork network;
  private final ForecastFormat format;

  ForecastModel(MultiLayerNetwork network, ForecastFormat format) {
    this.network = network;
    this.format = format;
  }

  /** The network. */
  public MultiLayerNetwork network() {
    return network;
  }

  /** Everything beside the network. */
  public ForecastFormat format() {
    return format;
  }

  /**
   * Forecasts of the rows after the last one of a series.
   *
   * @return [target][lead]
   */
  public double[][] forecast(TimeSeries series, int horizon) {
    requireColumns(series);
    NetworkForecaster forecaster =
        new NetworkForecaster(network, format.codecs(), format.context());
    if (series.length() <= forecaster.firstOrigin()) {
      throw new UnforecastableException(
          series.length() + " rows; this model needs at least " + (forecaster.firstOrigin() + 1));
    }
    double[][][] forecast =
        forecaster.forecast(series.values(), new int[] {series.length() - 1}, horizon);
    return Arrays.stream(forecast)
        .limit(format.targets().size())
        .map(column -> column[0])
        .toArray(double[][]::new);
  }

  /** Half-width of the interval; leads beyond the model's horizon keep the last one's. */
  public double width(int target, int lead) {
    return format.widths()[target][Math.min(lead, format.horizon() - 1)];
  }

  /** Lower end of the interval of a forecast. */
  public double lower(int target, int lead, double forecast) {
    return format.codecs().get(target).lower(forecast, width(target, lead));
  }

  private void requireColumns(TimeSeries series) {
    if (!series.targets().equals(format.targets())
        || !series.covariates().equals(format.covariates())) {
      throw new IllegalArgumentException(
          "columns are "
              + series.targets()
              + " and "
              + series.covariates()
              + "; needed: "
              + format.targets()
              + " and "
              + format.covariates());
    }
  }

  /** Writes the model file. */
  public void save(Path file) throws IOException {
    Path plain = Files.createTempFile(file.toAbsolutePath().getParent(), ".network", ".zip");
    try {
      ModelSerializer.writeModel(network, plain.toFile(), false);
      try (ZipFile in = new ZipFile(plain.toFile());
          OutputStream stream = Files.newOutputStream(file);
          ZipOutputStream out = new ZipOutputStream(stream)) {
        Enumeration<? extends ZipEntry> entries = in.entries();
        while (entries.hasMoreElements()) {
          ZipEntry entry = entries.nextElement();
          out.putNextEntry(new ZipEntry(entry.getName()));
          in.getInputStream(entry).transferTo(out);
        }
        out.putNextEntry(new ZipEntry(ForecastFormat.ENTRY));
        out.write(format.toJson());
      }
    } finally {
      Files.deleteIfExists(plain);
    }
  }

  /**
   * Reads a model file.
   *
   * @throws IOException where it is none, with what is wrong
   */
  public static ForecastModel load(Path file) throws IOException {
    try {
      requireEntries(file);
      ForecastFormat format = ForecastFormat.read(file);
      MultiLayerNetwork network = MultiLayerNetwork.load(file.toFile(), false);
      long outputs = network.layerSize(network.getnLayers() - 1);
      long inputs = network.layerInputSize(0);
      if (outputs != format.codecs().size() || inputs != format.features()) {
        throw new IOException("the network does not fit its entry " + ForecastFormat.ENTRY);
      }
      return new ForecastModel(network, format);
    } catch (IOException | RuntimeException e) {
      String reason = String.valueOf(e.getMessage()).strip().lines().findFirst().orElse("");
      String shown = reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) : reason;
      throw new IOException(file + ": not a model that can be read: " + shown, e);
    }
  }

  private static void requireEntries(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        if (!ENTRIES.contains(entry.getName()) || entry.getSize() > MAX_ENTRY) {
          throw new IOException("entry '" + entry.getName() + "' does not belong there");
        }
      }
    }
  }
}
