package org.dl4jext.zoo.qkan;

import org.dl4jext.datasets.BesselSeries;
import org.dl4jext.datasets.DampedOscillator;
import org.dl4jext.datasets.SeriesWindows;
import org.dl4jext.datasets.TelecomTraffic;

/** The series of the QKAN-LSTM benchmark. */
public enum QkanSeries {
  /** Damped simple harmonic motion: the angular velocity of a damped pendulum. */
  SHM,
  /** The Bessel function J2. */
  BESSEL,
  /** SYNTHETIC telecommunication traffic; the measured data are not part of this library. */
  TELECOM;

  /** Steps of an example. */
  public static final int WINDOW = 4;

  /** Share of the examples that train. */
  public static final double TRAIN_SHARE = 0.67;

  /** The values. */
  public double[] series() {
    return switch (this) {
      case SHM -> DampedOscillator.benchmark().velocities();
      case BESSEL -> BesselSeries.benchmark().values();
      case TELECOM -> TelecomTraffic.week(1).values();
    };
  }

  /** The values in windows of four, scaled and split as in the benchmark. */
  public SeriesWindows windows() {
    return new SeriesWindows(series(), WINDOW, TRAIN_SHARE);
  }
}
