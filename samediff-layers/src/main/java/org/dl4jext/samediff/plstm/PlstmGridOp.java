package org.dl4jext.samediff.plstm;

import java.util.List;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.op.UnitOp;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The recurrence on a grid as one SameDiff op; {@link PlstmGrid#apply} is its door. */
public final class PlstmGridOp extends UnitOp {

  /** For SameDiff. */
  public PlstmGridOp() {}

  PlstmGridOp(SameDiff sameDiff, double scale, SDVariable... inputs) {
    super(sameDiff, inputs);
    addTArgument(scale);
  }

  @Override
  public String opName() {
    return "dl4jext_plstm_grid";
  }

  @Override
  public int getNumOutputs() {
    return 1;
  }

  @Override
  protected List<long[]> outputShapes(INDArray[] inputs) {
    return PlstmCoreArrays.grid(inputs, inputs[0].dataType()).outputShapes();
  }

  @Override
  protected DifferentiableUnit unit(Execution execution, DataType dataType) {
    return PlstmGrid.unit(getTArgument(0), execution, dataType);
  }
}
