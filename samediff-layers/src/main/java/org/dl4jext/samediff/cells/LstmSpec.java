package org.dl4jext.samediff.cells;

import org.dl4jext.samediff.Spec;

/**
 * Options of the LSTM without peepholes.
 *
 * @param heads number of diagonal blocks of the recurrent matrix; 1 is the classical cell
 * @param gateActivation of the gates: SIGMOID or HARD_SIGMOID
 * @param activation of the candidate and of the cell state; usually TANH
 * @param forgetBias start of the forget gate's bias
 */
public record LstmSpec(
    int heads, CellActivation gateActivation, CellActivation activation, double forgetBias)
    implements CellSpec, Spec<LstmSpec> {

  public LstmSpec {
    CellSpec.requireHeads("LstmSpec", heads);
    if (gateActivation == null || !gateActivation.isGate()) {
      throw new IllegalArgumentException(
          "LstmSpec: gateActivation is " + gateActivation + "; allowed: SIGMOID, HARD_SIGMOID");
    }
    if (activation == null) {
      throw new IllegalArgumentException("LstmSpec: activation is null");
    }
    if (!Double.isFinite(forgetBias)) {
      throw new IllegalArgumentException(
          "LstmSpec: forgetBias is " + forgetBias + "; allowed: a finite number");
    }
  }

  /** The classical cell: one head, sigmoid gates, tanh, forget gate open at the start. */
  public static LstmSpec classic() {
    return new LstmSpec(1, CellActivation.SIGMOID, CellActivation.TANH, 1);
  }

  public LstmSpec withHeads(int heads) {
    return with("heads", heads);
  }

  public LstmSpec withGateActivation(CellActivation gateActivation) {
    return with("gateActivation", gateActivation);
  }

  public LstmSpec withActivation(CellActivation activation) {
    return with("activation", activation);
  }

  public LstmSpec withForgetBias(double forgetBias) {
    return with("forgetBias", forgetBias);
  }

  @Override
  public CellKind kind() {
    return CellKind.LSTM;
  }

  @Override
  public double forgetBias(int d, int size) {
    return forgetBias;
  }
}
