package org.dl4jext.samediff.qkan;

import org.nd4j.linalg.api.ops.DynamicCustomOp;

/** The spec of the edges in the arguments of an op, before all others. */
final class QkanSpecArguments {

  /** Index of the first integer argument after those of the spec. */
  static final int NEXT = 4;

  private QkanSpecArguments() {}

  static void add(DynamicCustomOp op, QkanSpec spec) {
    op.addSArgument(spec.ansatz().name(), spec.measure().name());
    op.addIArgument(spec.reps());
    op.addIArgument(flag(spec.preactivation()), flag(spec.postactivation()), flag(spec.base()));
  }

  static int flag(boolean value) {
    return value ? 1 : 0;
  }

  static QkanSpec read(DynamicCustomOp op) {
    return new QkanSpec(
        op.getIArgument(0).intValue(),
        QkanAnsatz.valueOf(op.getSArgument(0)),
        QkanMeasure.valueOf(op.getSArgument(1)),
        op.getIArgument(1) == 1,
        op.getIArgument(2) == 1,
        op.getIArgument(3) == 1);
  }
}
