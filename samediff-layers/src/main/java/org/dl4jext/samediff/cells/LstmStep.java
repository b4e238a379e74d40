package org.dl4jext.samediff.cells;

/** c' = q(f) c + q(i) s(z); y = q(o) s(c') with gate activation q and cell activation s. */
record LstmStep(CellActivation q, CellActivation s) implements CellStep {

  @Override
  public void forward(double[] pre, double[] before, double[] after) {
    after[1] = q.value(pre[1]) * before[1] + q.value(pre[0]) * s.value(pre[2]);
    after[0] = q.value(pre[3]) * s.value(after[1]);
  }

  @Override
  public void backward(
      double[] pre, double[] before, double[] dAfter, double[] dPre, double[] dBefore) {
    double i = q.value(pre[0]);
    double f = q.value(pre[1]);
    double z = s.value(pre[2]);
    double o = q.value(pre[3]);
    double sc = s.value(f * before[1] + i * z);
    double dc = dAfter[1] + dAfter[0] * o * s.slopeAt(sc);
    dPre[0] = dc * z * q.slopeAt(i);
    dPre[1] = dc * before[1] * q.slopeAt(f);
    dPre[2] = dc * i * s.slopeAt(z);
    dPre[3] = dAfter[0] * sc * q.slopeAt(o);
    dBefore[0] = 0;
    dBefore[1] = dc * f;
  }
}
