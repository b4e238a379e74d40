package org.dl4jext.samediff.plstm;

import java.util.List;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.op.UnitOp;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The recurrence on a graph as one SameDiff op; {@link PlstmGraph#apply} is its door. */
public final class PlstmGraphOp extends UnitOp {

  /** For SameDiff. */
  public PlstmGraphOp() {}

  PlstmGraphOp(SameDiff sameDiff, SDVariable... inputs) {
    super(sameDiff, inputs);
  }

  @Override
  public String opName() {
    return "dl4jext_plstm_graph";
  }

  @Override
  public int getNumOutputs() {
    return 1;
  }

  @Override
  protected boolean isDifferentiable(int input) {
    return input < PlstmGraphArrays.EDGES;
  }

  @Override
  protected List<long[]> outputShapes(INDArray[] inputs) {
    return PlstmGraphArrays.of(inputs, inputs[0].dataType()).outputShapes();
  }

  @Override
  protected DifferentiableUnit unit(Execution execution, DataType dataType) {
    return PlstmGraph.unit(execution, dataType);
  }
}
