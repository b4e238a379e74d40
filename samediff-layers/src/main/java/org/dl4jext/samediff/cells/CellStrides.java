package org.dl4jext.samediff.cells;

/**
 * Where element d of head h of gate g stands in an array: {@code gates[g] + h * head + d * element
 * + p * previous}, with p the output that a recurrent weight reads.
 */
record CellStrides(int[] gates, int head, int element, int previous) {

  int at(int gate, int h, int d, int p) {
    return gates[gate] + h * head + d * element + p * previous;
  }

  /** R [gates,H,D,D] of a recurrence. */
  static CellStrides recurrent(CellKind kind, int heads, int size) {
    int[] gates = new int[kind.recurrentGates()];
    for (int g = 0; g < gates.length; g++) {
      gates[g] = g * heads * size * size;
    }
    return new CellStrides(gates, size * size, size, 1);
  }

  /** b [gates,H,D] of a recurrence. */
  static CellStrides bias(CellKind kind, int heads, int size) {
    int[] gates = new int[kind.gates()];
    for (int g = 0; g < gates.length; g++) {
      gates[g] = g * heads * size;
    }
    return new CellStrides(gates, size, 1, 0);
  }

  /** RW [H*D,gates*D] of a layer. */
  static CellStrides recurrent(CellLayout layout) {
    int size = layout.headSize();
    int row = layout.kind().recurrentGates() * size;
    int[] gates = new int[layout.kind().recurrentGates()];
    for (int g = 0; g < gates.length; g++) {
      gates[g] = layout.place(g) * size;
    }
    return new CellStrides(gates, size * row, 1, row);
  }

  /** b of a layer. */
  static CellStrides bias(CellLayout layout) {
    int[] gates = new int[layout.kind().gates()];
    for (int g = 0; g < gates.length; g++) {
      gates[g] = layout.place(g) * layout.outputSize();
    }
    return new CellStrides(gates, layout.headSize(), 1, 0);
  }

  /** A row of W of a layer; entry g is the g-th gate that reads the input. */
  static CellStrides input(CellLayout layout) {
    int first = layout.kind().firstInputGate();
    int[] gates = new int[layout.kind().inputGates()];
    for (int g = 0; g < gates.length; g++) {
      gates[g] = (layout.place(g + first) - first) * layout.outputSize();
    }
    return new CellStrides(gates, layout.headSize(), 1, 0);
  }
}
