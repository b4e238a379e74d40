package org.dl4jext.datasets;

import java.util.Arrays;

/**
 * The angular velocity of a damped pendulum: theta'' = -(b/m) theta' - g sin(theta).
 *
 * <p>The benchmark of the quantum-inspired LSTMs calls it damped simple harmonic motion and takes b
 * = 0.15, g = 9.81, m = 1, theta(0) = 0, theta'(0) = 3 and 240 equally spaced times from 0 to 20.
 *
 * @param damping b/m, 1/s
 * @param gravity g over the length, 1/s^2
 * @param angle at the start, radians
 * @param velocity at the start, radians a second
 * @param duration in seconds
 * @param samples number of equally spaced times, both ends included; at least 2
 */
public record DampedOscillator(
    double damping, double gravity, double angle, double velocity, double duration, int samples) {

  /** Longest step of the integrator in seconds: its error is far below 1e-9. */
  private static final double LONGEST_STEP = 5e-4;

  public DampedOscillator {
    requireFinite("damping", damping);
    requireFinite("gravity", gravity);
    requireFinite("angle", angle);
    requireFinite("velocity", velocity);
    if (!(duration > 0 && duration <= 1e6)) {
      throw new IllegalArgumentException(
          "DampedOscillator: duration is " + duration + "; allowed: above 0, to 1e6");
    }
    if (samples < 2) {
      throw new IllegalArgumentException(
          "DampedOscillator: samples is " + samples + "; allowed: 2 and more");
    }
  }

  private static void requireFinite(String name, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(
          "DampedOscillator: " + name + " is " + value + "; allowed: a finite number");
    }
  }

  /** The series of the benchmark. */
  public static DampedOscillator benchmark() {
    return new DampedOscillator(0.15, 9.81, 0, 3, 20, 240);
  }

  /** theta' at all times, by Runge-Kutta of order 4 with an error below 1e-9. */
  public double[] velocities() {
    double interval = duration / (samples - 1);
    return velocities((int) Math.ceil(interval / LONGEST_STEP));
  }

  double[] velocities(int stepsOfInterval) {
    double h = duration / (samples - 1) / stepsOfInterval;
    double[] state = {angle, velocity};
    double[] series = new double[samples];
    series[0] = velocity;
    for (int i = 1; i < samples; i++) {
      for (int s = 0; s < stepsOfInterval; s++) {
        state = step(state, h);
      }
      series[i] = state[1];
    }
    return series;
  }

  private double[] step(double[] y, double h) {
    double[] a = slope(y);
    double[] b = slope(moved(y, a, h / 2));
    double[] c = slope(moved(y, b, h / 2));
    double[] d = slope(moved(y, c, h));
    double[] next = Arrays.copyOf(y, 2);
    for (int i = 0; i < 2; i++) {
      next[i] += h / 6 * (a[i] + 2 * b[i] + 2 * c[i] + d[i]);
    }
    return next;
  }

  private double[] slope(double[] y) {
    return new double[] {y[1], -damping * y[1] - gravity * Math.sin(y[0])};
  }

  private static double[] moved(double[] y, double[] slope, double h) {
    return new double[] {y[0] + h * slope[0], y[1] + h * slope[1]};
  }
}
