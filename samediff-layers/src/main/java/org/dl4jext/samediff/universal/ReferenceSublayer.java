package org.dl4jext.samediff.universal;

/** A branch with its residual connection and layer norm, before or after. */
final class ReferenceSublayer {

  private final ReferenceBranch branch;
  private final ReferenceNorm norm;
  private final boolean pre;
  private final double[][] drop;

  /**
   * A sublayer of one step.
   *
   * @param drop factors of what the branch adds
   */
  ReferenceSublayer(ReferenceBranch branch, ReferenceNorm norm, boolean pre, double[][] drop) {
    this.branch = branch;
    this.norm = norm;
    this.pre = pre;
    this.drop = drop;
  }

  double[][] forward(double[][] s) {
    double[][] added = dropped(branch.forward(pre ? norm.forward(s) : s));
    double[][] z = ReferenceMatrix.sum(s, added);
    return pre ? z : norm.forward(z);
  }

  double[][] backward(double[][] out) {
    double[][] dz = pre ? out : norm.backward(out);
    double[][] dy = branch.backward(dropped(dz));
    return ReferenceMatrix.sum(dz, pre ? norm.backward(dy) : dy);
  }

  private double[][] dropped(double[][] values) {
    double[][] left = new double[values.length][];
    for (int i = 0; i < left.length; i++) {
      left[i] = values[i].clone();
      for (int j = 0; j < left[i].length; j++) {
        left[i][j] *= drop[i][j];
      }
    }
    return left;
  }
}
