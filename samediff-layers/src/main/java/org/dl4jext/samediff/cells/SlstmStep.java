package org.dl4jext.samediff.cells;

import static org.dl4jext.samediff.cells.CellActivation.SIGMOID;

/**
 * The sLSTM step:
 *
 * <pre>{@code
 * l = log sigmoid(f) + m;   m' = max(i, l), or i where n = 0 (the state of the start)
 * a = exp(i - m');          b = exp(l - m')
 * c' = b c + a tanh(z);     n' = max(b n + a, 1);     y' = sigmoid(o) c' / n'
 * }</pre>
 *
 * <p>At b n + a = 1, which happens at the first step, the gradient takes the side of b n + a. The
 * gradient goes through m' as well, so that of an initial m is exact.
 */
record SlstmStep() implements CellStep {

  private static double logSigmoid(double x) {
    return Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x)));
  }

  @Override
  public void forward(double[] pre, double[] before, double[] after) {
    double l = logSigmoid(pre[1]) + before[3];
    after[3] = before[2] == 0 ? pre[0] : Math.max(pre[0], l);
    double a = Math.exp(pre[0] - after[3]);
    double b = Math.exp(l - after[3]);
    after[1] = b * before[1] + a * Math.tanh(pre[2]);
    after[2] = Math.max(b * before[2] + a, 1);
    after[0] = SIGMOID.value(pre[3]) * after[1] / after[2];
  }

  @Override
  public void backward(
      double[] pre, double[] before, double[] dAfter, double[] dPre, double[] dBefore) {
    double[] after = new double[4];
    forward(pre, before, after);
    double l = logSigmoid(pre[1]) + before[3];
    double a = Math.exp(pre[0] - after[3]);
    double b = Math.exp(l - after[3]);
    double z = Math.tanh(pre[2]);
    double o = SIGMOID.value(pre[3]);
    double ratio = after[1] / after[2];
    double dc = dAfter[1] + dAfter[0] * o / after[2];
    double dn = dAfter[2] - dAfter[0] * o * ratio / after[2];
    double ds = b * before[2] + a >= 1 ? dn : 0;
    double towardsInput = a * (dc * z + ds);
    double towardsPast = b * (dc * before[1] + ds * before[2]);
    double dm = dAfter[3] - towardsInput - towardsPast;
    boolean inputWins = before[2] == 0 || pre[0] >= l;
    double dl = towardsPast + (inputWins ? 0 : dm);
    dPre[0] = towardsInput + (inputWins ? dm : 0);
    dPre[1] = dl * SIGMOID.value(-pre[1]);
    dPre[2] = dc * a * (1 - z * z);
    dPre[3] = dAfter[0] * ratio * o * (1 - o);
    dBefore[0] = 0;
    dBefore[1] = dc * b;
    dBefore[2] = ds * b;
    dBefore[3] = dl;
  }
}
