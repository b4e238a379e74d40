package org.dl4jext.samediff.delta;

/** Element-wise function after a projection (and its short convolution, where there is one). */
public enum Activation {
  /** x sigmoid(x). */
  SILU {
    @Override
    double value(double x) {
      return x * sigmoid(x);
    }

    @Override
    double slope(double x) {
      return sigmoid(x) * (1 + x * sigmoid(-x));
    }
  },
  /** max(x, 0). */
  RELU {
    @Override
    double value(double x) {
      return Math.max(x, 0);
    }

    @Override
    double slope(double x) {
      return x > 0 ? 1 : 0;
    }
  },
  /** elu(x) + 1, positive everywhere. */
  ELU_PLUS_ONE {
    @Override
    double value(double x) {
      return x > 0 ? x + 1 : Math.exp(x);
    }

    @Override
    double slope(double x) {
      return x > 0 ? 1 : Math.exp(x);
    }
  },
  /** x. */
  IDENTITY {
    @Override
    double value(double x) {
      return x;
    }

    @Override
    double slope(double x) {
      return 1;
    }
  };

  /** f(x). */
  abstract double value(double x);

  /** df/dx; 0 at the kink of RELU. */
  abstract double slope(double x);

  static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** log(1 + exp(x)) without overflow. */
  static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }
}
