package org.dl4jext.samediff.cells;

import static org.dl4jext.samediff.cells.CellActivation.SIGMOID;

/** y' = z y + (1 - z) tanh(n + r g). */
record GruStep() implements CellStep {

  @Override
  public void forward(double[] pre, double[] before, double[] after) {
    double r = SIGMOID.value(pre[1]);
    double z = SIGMOID.value(pre[2]);
    after[0] = z * before[0] + (1 - z) * Math.tanh(pre[3] + r * pre[0]);
  }

  @Override
  public void backward(
      double[] pre, double[] before, double[] dAfter, double[] dPre, double[] dBefore) {
    double r = SIGMOID.value(pre[1]);
    double z = SIGMOID.value(pre[2]);
    double n = Math.tanh(pre[3] + r * pre[0]);
    double dn = dAfter[0] * (1 - z) * (1 - n * n);
    dPre[0] = dn * r;
    dPre[1] = dn * pre[0] * r * (1 - r);
    dPre[2] = dAfter[0] * (before[0] - n) * z * (1 - z);
    dPre[3] = dn;
    dBefore[0] = dAfter[0] * z;
  }
}
