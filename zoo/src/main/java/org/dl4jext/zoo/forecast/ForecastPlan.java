package org.dl4jext.zoo.forecast;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.dl4jext.datasets.TimeSeries;

/**
 * The chronological split of a series and all choices that its training part decides.
 *
 * @param rows all rows
 * @param trainRows rows 0 to this number - 1 train the network and scale the columns
 * @param testStart first row of the test part; the validation part lies before it
 * @param season rows in a season, 1 for none
 * @param horizon rows ahead
 * @param context rows before an origin that the network reads, its features aside
 * @param codecs one for each column
 * @param scales mean absolute seasonal difference in the training part, one for each column
 * @param notices the choices, in sentences
 */
record ForecastPlan(
    int rows,
    int trainRows,
    int testStart,
    int season,
    int horizon,
    int context,
    List<ColumnCodec> codecs,
    double[] scales,
    List<String> notices) {

  private static final int LEAST_ROWS = 24;
  private static final int USUAL_HORIZON = 12;
  private static final int LONGEST_HORIZON = 52;
  private static final int LONGEST_SEASON = 400;

  /** A seasonal difference has to take away at least half of the variance. */
  private static final double SEASONAL_GAIN = 0.5;

  static ForecastPlan of(TimeSeries series, ForecastOptions options) {
    int n = series.length();
    if (n < LEAST_ROWS) {
      throw new UnforecastableException(n + " rows; needed: at least " + LEAST_ROWS);
    }
    int longest = n / 5;
    if (options.horizon() > longest) {
      throw new IllegalArgumentException(
          "horizon is " + options.horizon() + "; allowed for " + n + " rows: 1 to " + longest);
    }
    if (options.season() > n / 4) {
      throw new IllegalArgumentException(
          "season is " + options.season() + "; allowed for " + n + " rows: 1 to " + n / 4);
    }
    List<String> notices = new ArrayList<>();
    int guess = testRows(n, Math.max(1, options.horizon()));
    int season = season(series, options, n - 2 * guess, notices);
    int usual = season > 1 ? Math.min(season, LONGEST_HORIZON) : USUAL_HORIZON;
    int horizon = options.horizon() > 0 ? options.horizon() : Math.min(usual, longest);
    int testRows = testRows(n, horizon);
    int trainRows = n - 2 * testRows;
    int testStart = n - testRows;
    List<ColumnCodec> codecs = new ArrayList<>();
    double[] scales = new double[series.columns()];
    for (int c = 0; c < series.columns(); c++) {
      String name =
          c < series.targets().size()
              ? series.targets().get(c)
              : series.covariates().get(c - series.targets().size());
      double[] known = Arrays.copyOf(series.values()[c], testStart);
      ColumnCodec codec = codec(name, known, trainRows, season, horizon, notices);
      if (options.hybrid()) {
        codec = codec.asHybrid(residualScale(codec, known, trainRows, true));
      }
      codecs.add(codec);
      scales[c] = scale(series.values()[c], series.observed()[c], trainRows, season);
    }
    int memory = codecs.stream().mapToInt(ColumnCodec::memory).max().orElseThrow();
    int usualContext = Math.max(32, Math.min(3 * season, 128));
    int possible = trainRows - memory - 2;
    if (possible < 1) {
      throw new UnforecastableException(
          n + " rows; too few, as what the network reads of one row reaches back " + memory);
    }
    int mostContext = Math.min(possible, Math.max(4, (trainRows - memory) / 2));
    int context = options.context() > 0 ? options.context() : Math.min(usualContext, mostContext);
    if (context > possible) {
      throw new IllegalArgumentException(
          "context is " + context + "; allowed for " + n + " rows: 1 to " + possible);
    }
    return new ForecastPlan(
        n, trainRows, testStart, season, horizon, context, codecs, scales, notices);
  }

  /** 15 % of the rows, or enough for several origins. */
  private static int testRows(int n, int horizon) {
    return Math.max((int) Math.round(0.15 * n), Math.min(2 * horizon, n / 4));
  }

  private static int season(
      TimeSeries series, ForecastOptions options, int trainRows, List<String> notices) {
    if (options.season() > 0) {
      return options.season();
    }
    double[] train = Arrays.copyOf(series.values()[0], trainRows);
    int season = SeriesStatistics.season(train, Math.min(LONGEST_SEASON, trainRows / 3));
    notices.add(
        season > 1
            ? "season of " + season + " rows by autocorrelation"
            : "no season stands out in the autocorrelation");
    return season;
  }

  private static ColumnCodec codec(
      String name, double[] known, int trainRows, int season, int horizon, List<String> notices) {
    double[] train = Arrays.copyOf(known, trainRows);
    if (Arrays.stream(train).allMatch(v -> v == train[0])) {
      throw new UnforecastableException(
          "column '" + name + "' is constant (" + train[0] + ") in the training part");
    }
    double[] plain = SeriesStatistics.detrended(train);
    double[] seasonal = SeriesStatistics.difference(train, season);
    double ratio = SeriesStatistics.variance(seasonal) / SeriesStatistics.variance(plain);
    boolean takesSeason = season > 1 && ratio < SEASONAL_GAIN && trainRows >= 4 * season;
    double[] level = takesSeason ? seasonal : train;
    double kpss = SeriesStatistics.kpss(level);
    ColumnCodec codec = codec(train, season, takesSeason, false);
    String differences = takesSeason ? "seasonal difference (variance ratio %.2f)" : "";
    differences = String.format(Locale.ROOT, differences, ratio);
    if (kpss > SeriesStatistics.KPSS_CRITICAL) {
      ColumnCodec differenced = codec(train, season, takesSeason, true);
      double without = regressionError(codec, known, trainRows, horizon);
      double with = regressionError(differenced, known, trainRows, horizon);
      if (with < without) {
        codec = differenced;
        differences += (differences.isEmpty() ? "" : " and ") + "first difference";
      }
    }
    notices.add(
        String.format(
            Locale.ROOT,
            "'%s': KPSS %.2f (above %.3f is a trend); %s",
            name,
            kpss,
            SeriesStatistics.KPSS_CRITICAL,
            differences.isEmpty() ? "no difference taken" : differences));
    return codec;
  }

  private static ColumnCodec codec(
      double[] train, int season, boolean seasonal, boolean differenced) {
    int lag = seasonal ? season : 0;
    ColumnCodec raw =
        new ColumnCodec(
            lag, differenced, season, 0, 1, 0, 0, false, new double[] {0}, false, false, 1);
    int start = lag + (differenced ? 1 : 0);
    double[] v = new double[train.length - start];
    for (int t = start; t < train.length; t++) {
      v[t - start] = raw.difference(train, t);
    }
    double mean = SeriesStatistics.mean(v);
    double spread = Math.sqrt(SeriesStatistics.variance(v));
    double deviation = spread > 0 ? spread : 1;
    double[] z = Arrays.stream(v).map(x -> (x - mean) / deviation).toArray();
    double low = Arrays.stream(z).min().orElse(0);
    double high = Arrays.stream(z).max().orElse(0);
    double margin = 0.5 * (high - low);
    boolean fromLast = SeriesStatistics.variance(SeriesStatistics.difference(z, 1)) < 1;
    int maxOrder = Math.min(60, Math.max(16, season + 4));
    double[] regression = Autoregression.fit(z, Math.min(maxOrder, z.length / 5));
    ColumnCodec codec =
        new ColumnCodec(
            lag,
            differenced,
            seasonLag(season, z.length),
            mean,
            deviation,
            low - margin,
            high + margin,
            fromLast,
            regression,
            false,
            Arrays.stream(train).min().orElse(0) >= 0,
            1);
    return codec.withResidualScale(residualScale(codec, train, train.length, false));
  }

  /** A season that would eat more than a third of the values is not read as a feature. */
  private static int seasonLag(int season, int values) {
    return season <= values / 3 ? season : 1;
  }

  private static double residualScale(
      ColumnCodec codec, double[] x, int trainRows, boolean hybrid) {
    ColumnCodec unit = hybrid ? codec.asHybrid(1) : codec;
    int start = unit.memory();
    double squares = 0;
    for (int t = start; t + 1 < trainRows; t++) {
      double label = unit.label(x, t);
      squares += label * label;
    }
    double scale = Math.sqrt(squares / Math.max(1, trainRows - 1 - start));
    return scale > 0 ? scale : 1;
  }

  /** Mean absolute error of the regression's forecasts over the validation part. */
  private static double regressionError(
      ColumnCodec codec, double[] known, int trainRows, int horizon) {
    double sum = 0;
    int count = 0;
    int stride = Math.max(1, (known.length - trainRows) / 64);
    for (int origin = trainRows - 1; origin + horizon < known.length; origin += stride) {
      double[] forecast = Baselines.regression(codec, known, origin, horizon);
      for (int lead = 0; lead < horizon; lead++) {
        sum += Math.abs(forecast[lead] - known[origin + 1 + lead]);
        count++;
      }
    }
    return count == 0 ? Double.POSITIVE_INFINITY : sum / count;
  }

  private static double scale(double[] x, boolean[] observed, int trainRows, int season) {
    double sum = 0;
    int count = 0;
    for (int t = season; t < trainRows; t++) {
      if (observed[t] && observed[t - season]) {
        sum += Math.abs(x[t] - x[t - season]);
        count++;
      }
    }
    return count == 0 ? 0 : sum / count;
  }

  int memory() {
    return codecs.stream().mapToInt(ColumnCodec::memory).max().orElseThrow();
  }

  int features() {
    return codecs.stream().mapToInt(ColumnCodec::features).sum();
  }
}
