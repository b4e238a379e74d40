package org.dl4jext.samediff.plstm;

import java.util.ArrayList;
import java.util.List;

/**
 * A number of the reference forms that remembers how it was made, so that a formula written once as
 * a forward loop has its exact gradient too. A backward loop by hand would be as long as each of
 * the loops of sequences, grids, graphs and whole layers once more, and could share the errors of
 * the fast forms; here the rules are those of sums, products and six functions.
 */
final class Traced {

  /** The numbers of a computation in the order in which they were made. */
  static final class Tape {
    private final List<Traced> all = new ArrayList<>();

    /** A number on which nothing depends yet. */
    Traced of(double value) {
      return new Traced(this, value, null, 0, null, 0);
    }

    /** Adds to the gradient of every number what the gradients of later ones imply. */
    void backward() {
      for (int i = all.size() - 1; i >= 0; i--) {
        Traced t = all.get(i);
        if (t.first != null) {
          t.first.gradient += t.gradient * t.firstSlope;
        }
        if (t.second != null) {
          t.second.gradient += t.gradient * t.secondSlope;
        }
      }
    }
  }

  final double value;
  double gradient;
  private final Tape record;
  private final Traced first;
  private final double firstSlope;
  private final Traced second;
  private final double secondSlope;

  private Traced(
      Tape record,
      double value,
      Traced first,
      double firstSlope,
      Traced second,
      double secondSlope) {
    this.record = record;
    this.value = value;
    this.first = first;
    this.firstSlope = firstSlope;
    this.second = second;
    this.secondSlope = secondSlope;
    record.all.add(this);
  }

  Traced plus(Traced that) {
    return new Traced(record, value + that.value, this, 1, that, 1);
  }

  Traced minus(Traced that) {
    return new Traced(record, value - that.value, this, 1, that, -1);
  }

  Traced times(Traced that) {
    return new Traced(record, value * that.value, this, that.value, that, value);
  }

  Traced times(double factor) {
    return mapped(value * factor, factor);
  }

  Traced plus(double summand) {
    return mapped(value + summand, 1);
  }

  Traced over(Traced that) {
    double quotient = value / that.value;
    return new Traced(record, quotient, this, 1 / that.value, that, -quotient / that.value);
  }

  Traced sigmoid() {
    double s = 1 / (1 + Math.exp(-value));
    return mapped(s, s * (1 - s));
  }

  Traced tanh() {
    double t = Math.tanh(value);
    return mapped(t, 1 - t * t);
  }

  Traced abs() {
    return mapped(Math.abs(value), Math.signum(value));
  }

  /** 1 / sqrt. */
  Traced rsqrt() {
    double r = 1 / Math.sqrt(value);
    return mapped(r, -r / (2 * value));
  }

  private Traced mapped(double result, double slope) {
    return new Traced(record, result, this, slope, null, 0);
  }
}
