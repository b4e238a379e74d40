package org.dl4jext.samediff.cells;

import java.util.List;

/**
 * The head-wise cells and the geometry of their gates.
 *
 * <p>Each element of a state has {@link #gates()} pre-activations. The projected input adds to the
 * last {@link #inputGates()} of them, the recurrent product R y to the first {@link
 * #recurrentGates()}, and the bias to all. Only the GRU makes a difference: its candidate is tanh(n
 * + r g), where g is all recurrent and n has no recurrent part.
 */
public enum CellKind {
  /** y = tanh(g). */
  ELMAN("g", 1, 1, "y"),
  /** c = sigmoid(f) c + sigmoid(i) tanh(z); y = sigmoid(o) tanh(c). */
  LSTM("i,f,z,o", 4, 4, "y,c"),
  /** y = z y + (1 - z) tanh(n + r g), with r and z after their sigmoid. */
  GRU("g,r,z,n", 3, 3, "y"),
  /** The LSTM with exponential input gate, normaliser n and stabiliser m. */
  SLSTM("i,f,z,o", 4, 4, "y,c,n,m");

  private final String gateNames;
  private final int gates;
  private final int inputGates;
  private final int recurrentGates;
  private final String states;

  CellKind(String gateNames, int inputGates, int recurrentGates, String states) {
    this.gateNames = gateNames;
    this.gates = gateNames.split(",").length;
    this.inputGates = inputGates;
    this.recurrentGates = recurrentGates;
    this.states = states;
  }

  /** Number of pre-activations, and of biases, for each element. */
  public int gates() {
    return gates;
  }

  /** Number of gates that read the input. */
  public int inputGates() {
    return inputGates;
  }

  /** The first gate that reads the input. */
  public int firstInputGate() {
    return gates() - inputGates;
  }

  /** Number of gates that read the previous output; gate 0 is the first of them. */
  public int recurrentGates() {
    return recurrentGates;
  }

  /** Names of the gates, as the literature has them. */
  public List<String> gateNames() {
    return List.of(gateNames.split(","));
  }

  /** Names of the states; the first, y, is the output and the one that recurs through R. */
  public List<String> states() {
    return List.of(states.split(","));
  }
}
