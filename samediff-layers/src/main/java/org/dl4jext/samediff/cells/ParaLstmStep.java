package org.dl4jext.samediff.cells;

import static org.dl4jext.samediff.cells.CellActivation.SIGMOID;

/** c' = f c + (1 - f) tanh(A_c h + P_c); h' = o tanh(c'). */
record ParaLstmStep() implements ParaStep {

  private static final int H = 0;
  private static final int C = 1;

  private static double f(double[] p, double[] w, double[] before) {
    return SIGMOID.value(w[0] * before[H] + p[0] + w[3] * before[C]);
  }

  private static double candidate(double[] p, double[] w, double[] before) {
    return Math.tanh(w[2] * before[H] + p[2]);
  }

  private static double o(double[] p, double[] w, double[] before, double c) {
    return SIGMOID.value(w[1] * before[H] + p[1] + w[4] * c);
  }

  @Override
  public double[] forward(double[] p, double[] w, double[] before) {
    double f = f(p, w, before);
    double c = f * before[C] + (1 - f) * candidate(p, w, before);
    return new double[] {o(p, w, before, c) * Math.tanh(c), c};
  }

  @Override
  public double[][] jacobian(double[] p, double[] w, double[] before, double[] now) {
    double f = f(p, w, before);
    double z = candidate(p, w, before);
    double o = o(p, w, before, now[C]);
    double tanh = Math.tanh(now[C]);
    double cc = f * (1 - f) * w[3] * (before[C] - z) + f;
    double ch = f * (1 - f) * w[0] * (before[C] - z) + (1 - f) * (1 - z * z) * w[2];
    double throughC = o * (1 - o) * w[4] * tanh + o * (1 - tanh * tanh);
    double hh = o * (1 - o) * w[1] * tanh + ch * throughC;
    return new double[][] {{hh, cc * throughC}, {ch, cc}};
  }

  @Override
  public void backward(
      double[] p, double[] w, double[] before, double[] dAfter, double[] dp, double[] dw) {
    double f = f(p, w, before);
    double z = candidate(p, w, before);
    double c = f * before[C] + (1 - f) * z;
    double o = o(p, w, before, c);
    double tanh = Math.tanh(c);
    dp[1] = dAfter[H] * tanh * o * (1 - o);
    double dc = dAfter[C] + dAfter[H] * o * (1 - tanh * tanh) + dp[1] * w[4];
    dp[0] = dc * (before[C] - z) * f * (1 - f);
    dp[2] = dc * (1 - f) * (1 - z * z);
    for (int g = 0; g < ParaKind.GATES; g++) {
      dw[g] += dp[g] * before[H];
    }
    dw[3] += dp[0] * before[C];
    dw[4] += dp[1] * c;
  }
}
