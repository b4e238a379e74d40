package org.dl4jext.samediff.cells;

import org.nd4j.linalg.api.ops.DynamicCustomOp;

/** A cell's spec in the arguments of an op: what the recurrence depends on, and no start values. */
final class CellSpecArguments {

  private CellSpecArguments() {}

  static void add(DynamicCustomOp op, CellSpec spec) {
    op.addIArgument(spec.heads());
    op.addSArgument(spec.kind().name(), spec.gateActivation().name(), spec.activation().name());
  }

  /** Reads what {@link #add} wrote before any other argument. */
  static CellSpec read(DynamicCustomOp op) {
    int heads = op.getIArgument(0).intValue();
    CellActivation gates = CellActivation.valueOf(op.getSArgument(1));
    CellActivation activation = CellActivation.valueOf(op.getSArgument(2));
    return switch (CellKind.valueOf(op.getSArgument(0))) {
      case ELMAN -> new ElmanSpec(heads, activation);
      case LSTM -> new LstmSpec(heads, gates, activation, 0);
      case GRU -> new GruSpec(heads);
      case SLSTM -> SlstmSpec.ofHeads(heads);
    };
  }
}
