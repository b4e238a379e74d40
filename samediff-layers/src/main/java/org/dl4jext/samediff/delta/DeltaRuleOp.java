package org.dl4jext.samediff.delta;

import java.util.List;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.op.UnitOp;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The gated delta product as one SameDiff op; {@link DeltaRule} is its door. */
public final class DeltaRuleOp extends UnitOp {

  /** For SameDiff. */
  public DeltaRuleOp() {}

  DeltaRuleOp(SameDiff sameDiff, DeltaRuleSpec spec, SDVariable... inputs) {
    super(sameDiff, inputs);
    addIArgument(spec.householders(), spec.chunkTokens());
    addTArgument(spec.scale(), spec.queryKeyNormEps());
    addSArgument(spec.queryKeyNorm().name());
  }

  private DeltaRuleSpec spec() {
    return new DeltaRuleSpec(
        getIArgument(0).intValue(),
        getTArgument(0),
        QueryKeyNorm.valueOf(getSArgument(0)),
        getTArgument(1),
        getIArgument(1).intValue());
  }

  @Override
  public String opName() {
    return "dl4jext_delta_rule";
  }

  @Override
  public int getNumOutputs() {
    return DeltaRuleSizes.OUTPUTS;
  }

  @Override
  protected List<long[]> outputShapes(INDArray[] inputs) {
    DeltaRuleSizes sizes = DeltaRuleSizes.of(spec(), inputs[0].dataType(), inputs);
    return List.of(sizes.outputShape(0), sizes.outputShape(1));
  }

  @Override
  protected DifferentiableUnit unit(Execution execution, DataType dataType) {
    return DeltaUnits.rule(spec(), execution, dataType);
  }
}
