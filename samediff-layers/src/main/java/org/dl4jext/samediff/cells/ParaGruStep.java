package org.dl4jext.samediff.cells;

import static org.dl4jext.samediff.cells.CellActivation.SIGMOID;

/** h' = (1 - z) h + z tanh(A_h h r + P_h). */
record ParaGruStep() implements ParaStep {

  private static double z(double[] p, double[] w, double h) {
    return SIGMOID.value(w[0] * h + p[0]);
  }

  private static double r(double[] p, double[] w, double h) {
    return SIGMOID.value(w[1] * h + p[1]);
  }

  @Override
  public double[] forward(double[] p, double[] w, double[] before) {
    double h = before[0];
    double z = z(p, w, h);
    return new double[] {(1 - z) * h + z * Math.tanh(w[2] * h * r(p, w, h) + p[2])};
  }

  @Override
  public double[][] jacobian(double[] p, double[] w, double[] before, double[] now) {
    double h = before[0];
    double z = z(p, w, h);
    double r = r(p, w, h);
    double c = Math.tanh(w[2] * h * r + p[2]);
    double throughZ = (c - h) * z * (1 - z) * w[0];
    double throughC = z * (1 - c * c) * w[2] * (r + h * r * (1 - r) * w[1]);
    return new double[][] {{1 - z + throughZ + throughC}};
  }

  @Override
  public void backward(
      double[] p, double[] w, double[] before, double[] dAfter, double[] dp, double[] dw) {
    double h = before[0];
    double z = z(p, w, h);
    double r = r(p, w, h);
    double c = Math.tanh(w[2] * h * r + p[2]);
    dp[0] = dAfter[0] * (c - h) * z * (1 - z);
    dp[2] = dAfter[0] * z * (1 - c * c);
    dp[1] = dp[2] * w[2] * h * r * (1 - r);
    dw[0] += dp[0] * h;
    dw[1] += dp[1] * h;
    dw[2] += dp[2] * h * r;
  }
}
