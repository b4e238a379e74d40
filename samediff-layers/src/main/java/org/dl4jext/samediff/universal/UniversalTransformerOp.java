package org.dl4jext.samediff.universal;

import java.util.List;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.op.UnitOp;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A Universal Transformer as one SameDiff op; {@link Universal} is its door. */
public final class UniversalTransformerOp extends UnitOp {

  private static final int MASK = 1;

  /** For SameDiff. */
  public UniversalTransformerOp() {}

  UniversalTransformerOp(SameDiff sameDiff, UniversalLayout layout, SDVariable... inputs) {
    super(sameDiff, inputs);
    UniversalSpecArguments.add(this, layout.spec());
    addIArgument(layout.inputSize(), layout.width(), layout.memorySize());
  }

  private UniversalLayout layout() {
    int next = UniversalSpecArguments.nextInteger();
    return new UniversalLayout(
        UniversalSpecArguments.read(this),
        getIArgument(next),
        getIArgument(next + 1),
        getIArgument(next + 2));
  }

  @Override
  public String opName() {
    return "dl4jext_universal_transformer";
  }

  @Override
  public int getNumOutputs() {
    return UniversalTransformerUnit.OUTPUTS;
  }

  @Override
  protected boolean isDifferentiable(int input) {
    UniversalLayout layout = layout();
    int memory = LayerUnit.FIRST_PARAMETER + layout.parameters().size();
    return input != MASK && input != memory + 1;
  }

  @Override
  protected List<long[]> outputShapes(INDArray[] inputs) {
    return UniversalTransformerUnit.outputShapes(layout(), inputs);
  }

  @Override
  protected DifferentiableUnit unit(Execution execution, DataType dataType) {
    return UniversalUnits.transformer(layout(), execution, dataType);
  }
}
