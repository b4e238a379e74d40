package org.dl4jext.zoo.sweep;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.dl4jext.datasets.TimeSeries;
import org.dl4jext.datasets.TimeSeriesCsv;
import org.dl4jext.recurrent.arbiter.Budget;
import org.dl4jext.zoo.catalogue.NamedLayer;
import org.dl4jext.zoo.forecast.ForecastOptions;
import org.dl4jext.zoo.forecast.ForecastResult;
import org.dl4jext.zoo.forecast.Forecaster;

/**
 * Sweeps over the forecasting of a series: the layer, sizes, epochs, context, and whether the
 * network corrects an autoregression. The score is the mean absolute scaled error on the validation
 * part; the test part is not looked at.
 *
 * @param series what is forecast
 * @param horizon rows ahead; 0 chooses from the data
 * @param season rows in a season; 0 chooses from the data
 */
record ForecastSweep(TimeSeries series, int horizon, int season) implements SweepTask {

  private static final List<String> PARAMETERS =
      List.of("layer", "width", "depth", "epochs", "context", "hybrid");

  /**
   * The sweep that a space file asks for.
   *
   * @throws IOException if the series cannot be read
   */
  static ForecastSweep of(SpaceSettings settings) throws IOException {
    SweepPlan.Source source = settings.source();
    String named = settings.text("data", null);
    String data = source.data() == null ? named : source.data();
    if (data == null) {
      throw settings.error(null, "data", "a forecast needs a CSV file, here or by --data");
    }
    String target = settings.text("target", null);
    List<String> targets =
        source.targets().isEmpty() && target != null ? List.of(target) : source.targets();
    int horizon = settings.whole("horizon", 0, 0, 10_000);
    int season = settings.whole("season", 0, 0, 100_000);
    var columns = new TimeSeriesCsv.Columns(targets, List.of(), null, null);
    return new ForecastSweep(TimeSeriesCsv.read(Path.of(data), columns), horizon, season);
  }

  @Override
  public String title() {
    return "forecast of " + String.join(", ", series.targets());
  }

  @Override
  public String scoreName() {
    return "MASE on the validation part";
  }

  @Override
  public boolean minimize() {
    return true;
  }

  @Override
  public Object convert(String parameter, Object value) {
    return switch (parameter) {
      case "layer" -> NamedLayer.of(String.valueOf(value)).label();
      case "width" -> SweepValues.whole(parameter, value, 1, 4096);
      case "depth" -> SweepValues.whole(parameter, value, 1, 64);
      case "epochs" -> SweepValues.whole(parameter, value, 1, 100_000);
      case "context" -> SweepValues.whole(parameter, value, 1, 100_000);
      case "hybrid" -> SweepValues.truth(parameter, value);
      default ->
          throw new IllegalArgumentException(
              "there is no such parameter; there are " + String.join(", ", PARAMETERS));
    };
  }

  @Override
  public boolean counts(String parameter, Map<String, Object> values) {
    return true;
  }

  @Override
  public void check(Map<String, Object> values) {
    ForecastOptions options = options(values, 0, 1);
    NamedLayer.of(options.layer()).ofWidth(options.width());
  }

  private ForecastOptions options(Map<String, Object> values, long seed, double share) {
    ForecastOptions usual = ForecastOptions.defaults();
    int epochs = (Integer) values.getOrDefault("epochs", usual.epochs());
    return new ForecastOptions(
        horizon,
        (Integer) values.getOrDefault("context", usual.context()),
        season,
        (String) values.getOrDefault("layer", usual.layer()),
        (Integer) values.getOrDefault("width", usual.width()),
        (Integer) values.getOrDefault("depth", usual.depth()),
        new Budget(share, 0).of(epochs),
        seed,
        (Boolean) values.getOrDefault("hybrid", usual.hybrid()),
        usual.level());
  }

  @Override
  public Outcome train(Map<String, Object> values, long seed, double share, Watch watch) {
    double[] best = {Double.NaN};
    int[] epochs = {0};
    try {
      ForecastResult result =
          Forecaster.run(
              series,
              options(values, seed, share),
              (who, epoch, most, error) -> {
                best[0] = error; // of what is trained last, which is the model
                epochs[0]++;
                EndedEarly.unless(watch.goesOn(epoch, most, error));
              });
      return new Outcome(best[0], epochs[0], file -> result.model().save(file));
    } catch (EndedEarly e) {
      return new Outcome(best[0], epochs[0], null);
    }
  }
}
