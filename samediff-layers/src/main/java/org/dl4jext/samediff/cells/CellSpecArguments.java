package org.dl4jext.samediff.cells;

import org.nd4j.linalg.api.ops.DynamicCustomOp;

/** A cell's spec in the arguments of an op: what the recurrence depends on, and no start values. */
final class CellSpecArguments {

  /** Number of integer arguments that a spec takes. */
  static final int COUNT = 4;

  private CellSpecArguments() {}

  static void add(DynamicCustomOp op, CellSpec spec) {
    op.addIArgument(
        spec.kind().ordinal(),
        spec.heads(),
        spec.gateActivation().ordinal(),
        spec.activation().ordinal());
  }

  static CellSpec read(DynamicCustomOp op, int first) {
    int heads = op.getIArgument(first + 1).intValue();
    CellActivation gates = CellActivation.values()[op.getIArgument(first + 2).intValue()];
    CellActivation activation = CellActivation.values()[op.getIArgument(first + 3).intValue()];
    return switch (CellKind.values()[op.getIArgument(first).intValue()]) {
      case ELMAN -> new ElmanSpec(heads, activation);
      case LSTM -> new LstmSpec(heads, gates, activation, 0);
      case GRU -> new GruSpec(heads);
      case SLSTM -> SlstmSpec.ofHeads(heads);
    };
  }
}
