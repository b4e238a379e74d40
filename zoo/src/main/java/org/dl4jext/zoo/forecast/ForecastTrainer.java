package org.dl4jext.zoo.forecast;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.datasets.TimeSeries;
import org.dl4jext.recurrent.training.GlobalNormClipping;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Trains a network on random windows of the training part and keeps the averaged parameters with
 * the smallest error over the horizon on the validation part. Steps, not seconds, decide: the same
 * seed gives the same network.
 */
final class ForecastTrainer {

  private static final int BATCH = 16;
  private static final int PATIENCE = 12;
  private static final int VALIDATION_ORIGINS = 64;
  private static final double AVERAGE = 0.98;

  /** Steps of a window whose outputs are not trained: the state is still cold. */
  private static final int COLD_STEPS = 4;

  private final TimeSeries series;
  private final ForecastPlan plan;
  private final ForecastOptions options;
  private final int usable;
  private final int length;
  private final int batches;
  private final Strength strength;

  /** Hears how training goes. */
  @FunctionalInterface
  interface Listener {
    /** After an epoch, with the mean absolute scaled error on the validation part. */
    void epoch(int epoch, int epochs, double error);
  }

  ForecastTrainer(TimeSeries series, ForecastPlan plan, ForecastOptions options) {
    this.series = series;
    this.plan = plan;
    this.options = options;
    usable = plan.trainRows() - plan.memory() - 1;
    this.length = Math.min(usable, plan.context() + Math.min(plan.horizon(), plan.context()));
    this.strength = Strength.of(usable);
    int windows = usable / length * 4 / BATCH;
    this.batches = Math.max(8, Math.min(24, windows));
  }

  /** The model that is trained. */
  ForecastNetwork model() {
    int total = options.epochs() * batches;
    return new ForecastNetwork(options, plan.features(), plan.codecs().size(), total, usable);
  }

  MultiLayerNetwork train(Listener listener) {
    MultiLayerNetwork network = model().init();
    network.addListeners(new GlobalNormClipping(1));
    SplittableRandom random = new SplittableRandom(options.seed());
    double[][] labels = labels();
    float[][] features = features();
    INDArray average = network.params().dup();
    INDArray best = average.dup();
    double bestError = validate(network);
    int waited = 0;
    int step = 0;
    for (int epoch = 1; epoch <= options.epochs() && waited < PATIENCE; epoch++) {
      for (int batch = 0; batch < batches; batch++) {
        network.fit(draw(random, features, labels));
        double keep = Math.min(AVERAGE, (1.0 + step) / (10.0 + step));
        average.muli(keep).addi(network.params().mul(1 - keep));
        step++;
      }
      INDArray current = network.params().dup();
      network.setParams(average);
      double error = validate(network);
      network.setParams(current);
      waited++;
      if (error < bestError) {
        bestError = error;
        best.assign(average);
        waited = 0;
      }
      listener.epoch(epoch, options.epochs(), bestError);
    }
    network.setParams(best);
    network.rnnClearPreviousState();
    return network;
  }

  /** Mean scaled error of forecasts from within the validation part. */
  double validate(MultiLayerNetwork network) {
    return Arrays.stream(errors(network)).average().orElse(Double.NaN);
  }

  /**
   * Scaled errors of forecasts from within the validation part: means over targets and horizon, one
   * for each origin in the order of time. An origin that no value follows is left out; an error
   * that is not finite stays.
   */
  double[] errors(MultiLayerNetwork network) {
    NetworkForecaster forecaster = new NetworkForecaster(network, plan.codecs(), plan.context());
    int[] origins = origins(forecaster);
    double[][] known = new double[series.columns()][];
    for (int c = 0; c < known.length; c++) {
      known[c] = Arrays.copyOf(series.values()[c], plan.testStart());
    }
    double[][][] forecasts = forecaster.forecast(known, origins, plan.horizon());
    double[] errors = new double[origins.length];
    for (int i = 0; i < origins.length; i++) {
      int origin = origins[i];
      int[] targets = followed(origin);
      for (int c : targets) {
        errors[i] += error(c, known[c], origin, forecasts[c][i]) / targets.length;
      }
    }
    return errors;
  }

  private int[] origins(NetworkForecaster forecaster) {
    int first = Math.max(plan.trainRows() - 1, forecaster.firstOrigin());
    int last = plan.testStart() - 1 - plan.horizon();
    int stride = stride();
    return IntStream.rangeClosed(first, last)
        .filter(o -> (o - first) % stride == 0 && followed(o).length > 0)
        .toArray();
  }

  /** The targets with a value within the horizon of an origin. */
  private int[] followed(int origin) {
    return IntStream.range(0, series.targets().size())
        .filter(
            c ->
                IntStream.rangeClosed(origin + 1, origin + plan.horizon())
                    .anyMatch(t -> series.observed()[c][t]))
        .toArray();
  }

  private int stride() {
    int most = plan.testStart() - plan.trainRows() - plan.horizon() + 1;
    return Math.max(1, most / VALIDATION_ORIGINS);
  }

  /** Neighbouring origins of the validation part whose forecasts reach into the same rows. */
  int dependentOrigins() {
    return (plan.horizon() + stride() - 1) / stride();
  }

  private double error(int column, double[] known, int origin, double[] forecast) {
    Scores.Sum errors = new Scores.Sum();
    for (int lead = 0; lead < forecast.length; lead++) {
      int t = origin + 1 + lead;
      if (series.observed()[column][t]) {
        errors.add(known[t], forecast[lead]);
      }
    }
    double scale = plan.scales()[column];
    return errors.scores(scale == 0 ? 1 : scale).mase();
  }

  /** Standardised labels of the training part, [column][row]; NaN where the value is missing. */
  private double[][] labels() {
    double[][] labels = new double[series.columns()][plan.trainRows() - 1];
    for (int c = 0; c < labels.length; c++) {
      for (int t = plan.memory(); t < plan.trainRows() - 1; t++) {
        labels[c][t] = plan.codecs().get(c).label(series.values()[c], t);
      }
    }
    return labels;
  }

  /** Features of the training part, [row][feature]. */
  private float[][] features() {
    float[][] features = new float[plan.trainRows() - 1][plan.features()];
    double[] row = new double[plan.features()];
    for (int t = plan.memory(); t < features.length; t++) {
      int at = 0;
      for (int c = 0; c < series.columns(); c++) {
        plan.codecs().get(c).encode(series.values()[c], t, row, at);
        at += plan.codecs().get(c).features();
      }
      for (int f = 0; f < row.length; f++) {
        features[t][f] = (float) row[f];
      }
    }
    return features;
  }

  private static double gaussian(SplittableRandom random) {
    double radius = Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
    return radius * Math.cos(2 * Math.PI * random.nextDouble());
  }

  private DataSet draw(SplittableRandom random, float[][] features, double[][] labels) {
    int channels = plan.features();
    int columns = labels.length;
    float[] x = new float[BATCH * channels * length];
    float[] y = new float[BATCH * columns * length];
    float[] mask = new float[BATCH * length];
    int cold = Math.min(COLD_STEPS, length / 4);
    for (int i = 0; i < BATCH; i++) {
      int start = random.nextInt(plan.memory(), plan.trainRows() - length);
      double size = Math.exp(strength.resize() * gaussian(random));
      for (int t = 0; t < length; t++) {
        for (int f = 0; f < channels; f++) {
          double noise = strength.noise() * gaussian(random);
          x[(i * channels + f) * length + t] = (float) (size * features[start + t][f] + noise);
        }
        boolean counts = t >= cold;
        for (int c = 0; c < columns; c++) {
          y[(i * columns + c) * length + t] = (float) (size * labels[c][start + t]);
          counts &= series.observed()[c][start + t + 1] || c >= series.targets().size();
        }
        mask[i * length + t] = counts ? 1 : 0;
      }
    }
    return new DataSet(
        Nd4j.createFromArray(x).reshape('c', BATCH, channels, length),
        Nd4j.createFromArray(y).reshape('c', BATCH, columns, length),
        null,
        Nd4j.createFromArray(mask).reshape('c', BATCH, length));
  }
}
