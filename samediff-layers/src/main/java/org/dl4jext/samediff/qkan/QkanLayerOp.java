package org.dl4jext.samediff.qkan;

import java.util.List;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.op.UnitOp;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A QKAN layer, or single activations, as one SameDiff op; {@link Qkan} is its door. */
public final class QkanLayerOp extends UnitOp {

  private static final int MASK = 1;

  /** For SameDiff. */
  public QkanLayerOp() {}

  QkanLayerOp(SameDiff sameDiff, QkanLayout layout, SDVariable... inputs) {
    super(sameDiff, inputs);
    QkanSpec spec = layout.spec();
    addSArgument(spec.ansatz().name(), spec.measure().name());
    addIArgument(
        spec.reps(),
        spec.preactivation() ? 1 : 0,
        spec.postactivation() ? 1 : 0,
        spec.base() ? 1 : 0,
        layout.groups(),
        layout.inputSize(),
        layout.outputSize());
  }

  private QkanLayout layout() {
    QkanSpec spec =
        new QkanSpec(
            getIArgument(0).intValue(),
            QkanAnsatz.valueOf(getSArgument(0)),
            QkanMeasure.valueOf(getSArgument(1)),
            getIArgument(1) != 0,
            getIArgument(2) != 0,
            getIArgument(3) != 0);
    return getIArgument(4) == 1
        ? QkanLayout.layer(spec, getIArgument(5), getIArgument(6))
        : QkanLayout.activations(spec, getIArgument(5));
  }

  @Override
  public String opName() {
    return "dl4jext_qkan_layer";
  }

  @Override
  public int getNumOutputs() {
    return 1;
  }

  @Override
  protected boolean isDifferentiable(int input) {
    return input != MASK;
  }

  @Override
  protected List<long[]> outputShapes(INDArray[] inputs) {
    QkanLayout layout = layout();
    QkanArrays.of(layout, inputs[0].dataType()).requireInputs(inputs);
    return List.of(new long[] {inputs[0].size(0), inputs[0].size(1), layout.outputSize()});
  }

  @Override
  protected DifferentiableUnit unit(Execution execution, DataType dataType) {
    return QkanUnits.layer(layout(), execution, dataType);
  }
}
