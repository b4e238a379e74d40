package org.dl4jext.samediff.cells;

import java.util.List;

/**
 * The cells with a diagonal recurrence. Each element of the state sees its own past alone, so that
 * the Jacobian of a step is one small block for each element and the steps can be solved in
 * parallel.
 *
 * <p>Each element has three gates, which all read the input.
 */
public enum ParaKind {
  /** h = (1 - z) h + z tanh(A_h r h + P_h). */
  GRU("z,r,h", "h", 0),
  /** c = f c + (1 - f) tanh(A_c h + P_c); h = o tanh(c), with peepholes. */
  LSTM("f,o,c", "h,c", 2);

  /** Number of gates. */
  public static final int GATES = 3;

  private final String gates;
  private final String states;
  private final int peepholes;

  ParaKind(String gates, String states, int peepholes) {
    this.gates = gates;
    this.states = states;
    this.peepholes = peepholes;
  }

  /** Names of the gates in the order of the rows of A and b. */
  public List<String> gateNames() {
    return List.of(gates.split(","));
  }

  /** Names of the states; the first, h, is the output. */
  public List<String> states() {
    return List.of(states.split(","));
  }

  /** Number of rows of C: one for the forget gate, one for the output gate, or none. */
  public int peepholes() {
    return peepholes;
  }
}
