package org.dl4jext.samediff.qkan;

import java.util.List;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.op.UnitOp;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A whole QKAN-LSTM as one SameDiff op; {@link Qkan#lstm} is its door. */
public final class QkanLstmOp extends UnitOp {

  private static final int MASK = 1;

  /** For SameDiff. */
  public QkanLstmOp() {}

  QkanLstmOp(SameDiff sameDiff, QkanLstmLayout layout, SDVariable... inputs) {
    super(sameDiff, inputs);
    QkanLstmSpec spec = layout.spec();
    addSArgument(spec.ansatz().name(), spec.measure().name());
    addIArgument(
        spec.reps(),
        spec.preactivation() ? 1 : 0,
        spec.postactivation() ? 1 : 0,
        spec.base() ? 1 : 0,
        spec.latentIn(),
        spec.latentOut(),
        spec.sharedCodec() ? 1 : 0,
        layout.inputSize(),
        layout.outputSize());
  }

  private QkanLstmLayout layout() {
    QkanLstmSpec spec =
        new QkanLstmSpec(
            getIArgument(0).intValue(),
            QkanAnsatz.valueOf(getSArgument(0)),
            QkanMeasure.valueOf(getSArgument(1)),
            getIArgument(1) != 0,
            getIArgument(2) != 0,
            getIArgument(3) != 0,
            getIArgument(4).intValue(),
            getIArgument(5).intValue(),
            getIArgument(6) != 0);
    return new QkanLstmLayout(spec, getIArgument(7), getIArgument(8));
  }

  @Override
  public String opName() {
    return "dl4jext_qkan_lstm";
  }

  @Override
  public int getNumOutputs() {
    return 3;
  }

  @Override
  protected boolean isDifferentiable(int input) {
    return input != MASK;
  }

  @Override
  protected List<long[]> outputShapes(INDArray[] inputs) {
    QkanLstmLayout layout = layout();
    QkanArrays.of(layout, inputs[0].dataType()).requireInputs(inputs);
    long batch = inputs[0].size(0);
    long size = layout.outputSize();
    return List.of(
        new long[] {batch, inputs[0].size(1), size},
        new long[] {batch, size},
        new long[] {batch, size});
  }

  @Override
  protected DifferentiableUnit unit(Execution execution, DataType dataType) {
    return QkanUnits.lstm(layout(), execution, dataType);
  }
}
