package org.dl4jext.samediff.cells;

/**
 * Activation inside a cell. Each one's derivative follows from its value, so that a backward pass
 * needs the value only.
 */
public enum CellActivation {
  /** 1 / (1 + exp(-x)). */
  SIGMOID {
    @Override
    public double value(double x) {
      return 1 / (1 + Math.exp(-x));
    }

    @Override
    public double slopeAt(double y) {
      return y * (1 - y);
    }
  },
  /** 0.2 x + 0.5, held between 0 and 1. */
  HARD_SIGMOID {
    @Override
    public double value(double x) {
      return Math.min(Math.max(0.2 * x + 0.5, 0), 1);
    }

    @Override
    public double slopeAt(double y) {
      return y > 0 && y < 1 ? 0.2 : 0;
    }
  },
  /** Hyperbolic tangent. */
  TANH {
    @Override
    public double value(double x) {
      return Math.tanh(x);
    }

    @Override
    public double slopeAt(double y) {
      return 1 - y * y;
    }
  },
  /** x held between -1 and 1. */
  HARD_TANH {
    @Override
    public double value(double x) {
      return Math.min(Math.max(x, -1), 1);
    }

    @Override
    public double slopeAt(double y) {
      return y > -1 && y < 1 ? 1 : 0;
    }
  },
  /** x / (1 + |x|). */
  SOFTSIGN {
    @Override
    public double value(double x) {
      return x / (1 + Math.abs(x));
    }

    @Override
    public double slopeAt(double y) {
      return (1 - Math.abs(y)) * (1 - Math.abs(y));
    }
  },
  /** max(x, 0). */
  RELU {
    @Override
    public double value(double x) {
      return Math.max(x, 0);
    }

    @Override
    public double slopeAt(double y) {
      return y > 0 ? 1 : 0;
    }
  },
  /** x. */
  IDENTITY {
    @Override
    public double value(double x) {
      return x;
    }

    @Override
    public double slopeAt(double y) {
      return 1;
    }
  };

  /** The activation of x. */
  public abstract double value(double x);

  /** The derivative where the activation is {@code y}. */
  public abstract double slopeAt(double y);

  /** Whether values lie between 0 and 1, as those of a gate must. */
  public boolean isGate() {
    return this == SIGMOID || this == HARD_SIGMOID;
  }
}
