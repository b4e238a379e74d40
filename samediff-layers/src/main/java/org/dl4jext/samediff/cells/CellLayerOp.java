package org.dl4jext.samediff.cells;

import java.util.List;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerArrays;
import org.dl4jext.samediff.op.LayerOp;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/** A whole head-wise layer as one SameDiff op; {@link Cells#layer} is its door. */
public final class CellLayerOp extends LayerOp {

  /** For SameDiff. */
  public CellLayerOp() {}

  CellLayerOp(
      SameDiff sameDiff,
      CellLayout layout,
      SDVariable x,
      SDVariable mask,
      List<SDVariable> parameters,
      List<SDVariable> states) {
    super(
        sameDiff, inputs(CellLayerUnit.arrays(layout, x.dataType()), x, mask, parameters, states));
    CellSpecArguments.add(this, layout.spec());
    addIArgument(layout.inputSize(), layout.outputSize());
  }

  private CellLayout layout() {
    return new CellLayout(CellSpecArguments.read(this), getIArgument(1), getIArgument(2));
  }

  @Override
  public String opName() {
    return "dl4jext_cell_layer";
  }

  @Override
  protected LayerArrays arrays(DataType type) {
    return CellLayerUnit.arrays(layout(), type);
  }

  @Override
  protected DifferentiableUnit unit(Execution execution, DataType dataType) {
    return CellUnits.layer(layout(), execution, dataType);
  }
}
