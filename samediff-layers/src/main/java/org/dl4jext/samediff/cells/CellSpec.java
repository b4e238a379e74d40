package org.dl4jext.samediff.cells;

import org.dl4jext.samediff.SpecOption;

/** Options of a head-wise cell: what the recurrence alone needs to know. */
public sealed interface CellSpec permits ElmanSpec, LstmSpec, GruSpec, SlstmSpec {

  /** The largest number of heads. */
  int MAX_HEADS = 1 << 16;

  /** The recurrence. */
  CellKind kind();

  /**
   * Number of heads H: the recurrent matrix has H blocks on its diagonal and nothing else. One head
   * is the classical cell.
   */
  int heads();

  /** Activation of the gates. */
  default CellActivation gateActivation() {
    return CellActivation.SIGMOID;
  }

  /** Activation of the candidate and of the cell state. */
  default CellActivation activation() {
    return CellActivation.TANH;
  }

  /** Start of the forget gate's bias of element d of D in a layer. */
  default double forgetBias(int d, int size) {
    return 0;
  }

  /** Refuses a number of heads out of range. */
  static void requireHeads(String spec, int heads) {
    SpecOption.requireIn(spec, "heads", heads, 1, MAX_HEADS);
  }
}
