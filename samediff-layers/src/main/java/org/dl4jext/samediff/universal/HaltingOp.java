package org.dl4jext.samediff.universal;

import java.util.List;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.op.UnitOp;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Adaptive computation time on given states as one SameDiff op; {@link Universal} is its door. */
public final class HaltingOp extends UnitOp {

  /** For SameDiff. */
  public HaltingOp() {}

  HaltingOp(SameDiff sameDiff, HaltingSpec spec, SDVariable... inputs) {
    super(sameDiff, inputs);
    addIArgument(spec.maxSteps(), spec.forceRemainder() ? 1 : 0);
    addTArgument(spec.epsilon());
    addSArgument(spec.actType().name());
  }

  private HaltingSpec spec() {
    return new HaltingSpec(
        getIArgument(0).intValue(),
        getTArgument(0),
        ActType.valueOf(getSArgument(0)),
        getIArgument(1) == 1);
  }

  @Override
  public String opName() {
    return "dl4jext_act_halting";
  }

  @Override
  public int getNumOutputs() {
    return HaltingUnit.OUTPUTS;
  }

  @Override
  protected boolean isDifferentiable(int input) {
    return input != HaltingUnit.MASK;
  }

  @Override
  protected List<long[]> outputShapes(INDArray[] inputs) {
    return HaltingUnit.outputShapes(spec(), inputs);
  }

  @Override
  protected DifferentiableUnit unit(Execution execution, DataType dataType) {
    return UniversalUnits.halting(spec(), execution, dataType);
  }
}
