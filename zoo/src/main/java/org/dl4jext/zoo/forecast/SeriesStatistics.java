package org.dl4jext.zoo.forecast;

import java.util.Arrays;

/** What is measured on the training part to choose season and differences. */
final class SeriesStatistics {

  /** 5 % point of the KPSS statistic for stationarity around a level. */
  static final double KPSS_CRITICAL = 0.463;

  private static final double SEASON_LEAST = 0.25;

  private SeriesStatistics() {}

  static double mean(double[] x) {
    return Arrays.stream(x).average().orElse(0);
  }

  static double variance(double[] x) {
    double mean = mean(x);
    return Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElse(0);
  }

  /** x_t - x_{t-lag}. */
  static double[] difference(double[] x, int lag) {
    double[] differences = new double[Math.max(0, x.length - lag)];
    for (int t = 0; t < differences.length; t++) {
      differences[t] = x[t + lag] - x[t];
    }
    return differences;
  }

  /** Residuals of the straight line through x. */
  static double[] detrended(double[] x) {
    double centre = (x.length - 1) / 2.0;
    double mean = mean(x);
    double sxy = 0;
    double sxx = 0;
    for (int t = 0; t < x.length; t++) {
      sxy += (t - centre) * (x[t] - mean);
      sxx += (t - centre) * (t - centre);
    }
    double slope = sxx == 0 ? 0 : sxy / sxx;
    double[] residuals = new double[x.length];
    for (int t = 0; t < x.length; t++) {
      residuals[t] = x[t] - mean - slope * (t - centre);
    }
    return residuals;
  }

  /** Autocorrelation at lags 0 to maxLag. */
  static double[] autocorrelation(double[] x, int maxLag) {
    double mean = mean(x);
    double[] acf = new double[maxLag + 1];
    for (int lag = 0; lag <= maxLag; lag++) {
      double sum = 0;
      for (int t = lag; t < x.length; t++) {
        sum += (x[t] - mean) * (x[t - lag] - mean);
      }
      acf[lag] = sum;
    }
    double power = acf[0];
    for (int lag = 0; lag <= maxLag; lag++) {
      acf[lag] = power == 0 ? 0 : acf[lag] / power;
    }
    return acf;
  }

  /**
   * The season: the lag of the highest peak of the autocorrelation of the detrended values that
   * stands out from a valley before it, the shortest among nearly equal ones; 1 where there is
   * none.
   *
   * @param maxLag longest season considered
   */
  static int season(double[] x, int maxLag) {
    if (maxLag < 2) {
      return 1;
    }
    double[] acf = autocorrelation(detrended(x), maxLag + 1);
    double noise = 2 / Math.sqrt(x.length);
    double[] height = new double[maxLag + 1];
    double valley = 1;
    double best = 0;
    for (int lag = 1; lag <= maxLag; lag++) {
      valley = Math.min(valley, acf[lag]);
      // The estimate shrinks with the lag, by the terms that it lacks.
      double corrected = acf[lag] * x.length / (x.length - lag);
      boolean peak = lag > 1 && acf[lag] > acf[lag - 1] && acf[lag] >= acf[lag + 1];
      if (peak && corrected > Math.max(SEASON_LEAST, noise) && acf[lag] - valley > noise) {
        height[lag] = corrected;
        best = Math.max(best, corrected);
      }
    }
    for (int lag = 2; lag <= maxLag; lag++) {
      if (height[lag] > 0 && height[lag] >= 0.9 * best) {
        return lag;
      }
    }
    return 1;
  }

  /**
   * KPSS statistic for stationarity around a level (Kwiatkowski et al. 1992), with Bartlett weights
   * over 12 (n/100)^(1/4) lags.
   */
  static double kpss(double[] x) {
    int n = x.length;
    double mean = mean(x);
    double partial = 0;
    double squares = 0;
    for (double value : x) {
      partial += value - mean;
      squares += partial * partial;
    }
    int lags = (int) Math.min(n - 1.0, 12 * Math.pow(n / 100.0, 0.25));
    double longRun = 0;
    for (int lag = 0; lag <= lags; lag++) {
      double sum = 0;
      for (int t = lag; t < n; t++) {
        sum += (x[t] - mean) * (x[t - lag] - mean);
      }
      longRun += (lag == 0 ? 1 : 2 * (1 - lag / (lags + 1.0))) * sum / n;
    }
    return longRun <= 0 ? 0 : squares / ((double) n * n * longRun);
  }
}
