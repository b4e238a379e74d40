package org.dl4jext.samediff.universal;

/** {@code relu(y W1 + b1) W2 + b2} of each row. */
final class ReferenceTransition implements ReferenceBranch {

  private final ReferenceParameters parameters;
  private final double[][] drop;
  private double[][] y;
  private double[][] hidden;

  /**
   * The transition of one step.
   *
   * @param drop factors of the hidden values
   */
  ReferenceTransition(ReferenceParameters parameters, double[][] drop) {
    this.parameters = parameters;
    this.drop = drop;
  }

  @Override
  public double[][] forward(double[][] input) {
    y = input;
    hidden = plus(ReferenceMatrix.product(y, parameters.matrix("W1")), parameters.vector("b1"));
    for (int i = 0; i < hidden.length; i++) {
      for (int j = 0; j < hidden[i].length; j++) {
        hidden[i][j] = Math.max(hidden[i][j], 0) * drop[i][j];
      }
    }
    return plus(ReferenceMatrix.product(hidden, parameters.matrix("W2")), parameters.vector("b2"));
  }

  private static double[][] plus(double[][] rows, double[] bias) {
    for (double[] row : rows) {
      for (int j = 0; j < row.length; j++) {
        row[j] += bias[j];
      }
    }
    return rows;
  }

  @Override
  public double[][] backward(double[][] out) {
    ReferenceMatrix.addTransposedTimes(hidden, out, parameters.gradient("W2"));
    ReferenceMatrix.addRows(out, parameters.gradient("b2"));
    double[][] dh = ReferenceMatrix.timesTransposed(out, parameters.matrix("W2"));
    for (int i = 0; i < dh.length; i++) {
      for (int j = 0; j < dh[i].length; j++) {
        dh[i][j] = hidden[i][j] > 0 ? dh[i][j] * drop[i][j] : 0;
      }
    }
    ReferenceMatrix.addTransposedTimes(y, dh, parameters.gradient("W1"));
    ReferenceMatrix.addRows(dh, parameters.gradient("b1"));
    return ReferenceMatrix.timesTransposed(dh, parameters.matrix("W1"));
  }
}
