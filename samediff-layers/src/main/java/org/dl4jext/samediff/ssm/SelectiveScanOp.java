package org.dl4jext.samediff.ssm;

import java.util.List;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.delta.EigenvalueRange;
import org.dl4jext.samediff.op.UnitOp;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The selective scan as one SameDiff op; {@link SelectiveScan#apply} is its door. */
public final class SelectiveScanOp extends UnitOp {

  /** For SameDiff. */
  public SelectiveScanOp() {}

  SelectiveScanOp(SameDiff sameDiff, EigenvalueRange range, SDVariable... inputs) {
    super(sameDiff, inputs);
    addSArgument(range.name());
  }

  @Override
  public String opName() {
    return "dl4jext_selective_scan";
  }

  @Override
  public int getNumOutputs() {
    return 2;
  }

  @Override
  protected List<long[]> outputShapes(INDArray[] inputs) {
    SelectiveScanSizes sizes = SelectiveScanSizes.of(inputs, inputs[0].dataType());
    return List.of(sizes.sequence(), sizes.state());
  }

  @Override
  protected DifferentiableUnit unit(Execution execution, DataType dataType) {
    return SelectiveScan.unit(EigenvalueRange.valueOf(getSArgument(0)), execution, dataType);
  }
}
