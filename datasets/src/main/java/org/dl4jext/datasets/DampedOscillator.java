package org.dl4jext.datasets;

import org.apache.commons.math3.ode.FirstOrderDifferentialEquations;
import org.apache.commons.math3.ode.nonstiff.DormandPrince853Integrator;

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

  /** Error of a step of the integrator, and its shortest step in seconds. */
  private static final double TOLERANCE = 1e-13;

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

  /** theta' at all times, with an error below 1e-9. */
  public double[] velocities() {
    var integrator = new DormandPrince853Integrator(TOLERANCE, duration, TOLERANCE, TOLERANCE);
    double[] state = {angle, velocity};
    double[] series = new double[samples];
    series[0] = velocity;
    for (int i = 1; i < samples; i++) {
      integrator.integrate(new Pendulum(), time(i - 1), state, time(i), state);
      series[i] = state[1];
    }
    return series;
  }

  private double time(int sample) {
    return duration * sample / (samples - 1);
  }

  /** The state is theta, theta'. */
  private final class Pendulum implements FirstOrderDifferentialEquations {
    @Override
    public int getDimension() {
      return 2;
    }

    @Override
    public void computeDerivatives(double t, double[] y, double[] slope) {
      slope[0] = y[1];
      slope[1] = -damping * y[1] - gravity * Math.sin(y[0]);
    }
  }
}
