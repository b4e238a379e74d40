package org.dl4jext.samediff.qkan;

import java.util.List;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerArrays;
import org.dl4jext.samediff.op.LayerOp;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/** A QKAN layer, or single activations, as one SameDiff op; {@link Qkan} is its door. */
public final class QkanLayerOp extends LayerOp {

  private static final int GROUPS = QkanSpecArguments.NEXT;

  /** For SameDiff. */
  public QkanLayerOp() {}

  QkanLayerOp(
      SameDiff sameDiff,
      QkanLayout layout,
      SDVariable x,
      SDVariable mask,
      List<SDVariable> parameters) {
    super(
        sameDiff,
        inputs(QkanLayerUnit.arrays(layout, x.dataType()), x, mask, parameters, List.of()));
    QkanSpecArguments.add(this, layout.spec());
    addIArgument(layout.groups(), layout.inputSize(), layout.outputSize());
  }

  private QkanLayout layout() {
    QkanSpec spec = QkanSpecArguments.read(this);
    return getIArgument(GROUPS) == 1
        ? QkanLayout.layer(spec, getIArgument(GROUPS + 1), getIArgument(GROUPS + 2))
        : QkanLayout.activations(spec, getIArgument(GROUPS + 1));
  }

  @Override
  public String opName() {
    return "dl4jext_qkan_layer";
  }

  @Override
  protected LayerArrays arrays(DataType type) {
    return QkanLayerUnit.arrays(layout(), type);
  }

  @Override
  protected DifferentiableUnit unit(Execution execution, DataType dataType) {
    return QkanUnits.layer(layout(), execution, dataType);
  }
}
