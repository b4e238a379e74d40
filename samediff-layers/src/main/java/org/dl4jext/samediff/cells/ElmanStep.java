package org.dl4jext.samediff.cells;

/** y = s(g). */
record ElmanStep(CellActivation s) implements CellStep {

  @Override
  public void forward(double[] pre, double[] before, double[] after) {
    after[0] = s.value(pre[0]);
  }

  @Override
  public void backward(
      double[] pre, double[] before, double[] dAfter, double[] dPre, double[] dBefore) {
    dPre[0] = dAfter[0] * s.slopeAt(s.value(pre[0]));
    dBefore[0] = 0;
  }
}
