package org.dl4jext.samediff.op;

import java.util.List;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@code mask ? a : b} with a gradient, safe against NaN: what is not selected can be seen neither
 * in the output nor in a gradient.
 *
 * <p>{@code a} and {@code b} have one shape and one floating data type. The mask, of any data type,
 * selects {@code a} where it is not zero; its axes are the leading axes of {@code a}, each of the
 * same size or 1, and it holds for all positions of the axes that it lacks: a mask [N,T] selects
 * whole vectors of an [N,T,C] array.
 */
public final class SelectOp extends UnitOp {

  /** For SameDiff. */
  public SelectOp() {}

  private SelectOp(SameDiff sameDiff, SDVariable a, SDVariable b, SDVariable mask) {
    super(sameDiff, a, b, mask);
  }

  /** Returns {@code mask ? a : b}. */
  public static SDVariable apply(SameDiff sameDiff, SDVariable mask, SDVariable a, SDVariable b) {
    return new SelectOp(sameDiff, a, b, mask).outputVariables()[0];
  }

  @Override
  public String opName() {
    return "dl4jext_select";
  }

  @Override
  public int getNumOutputs() {
    return 1;
  }

  @Override
  protected boolean isDifferentiable(int input) {
    return input != SelectUnit.MASK;
  }

  @Override
  protected List<long[]> outputShapes(INDArray[] inputs) {
    SelectUnit.requireFit(inputs);
    return List.of(inputs[0].shape());
  }

  @Override
  protected DifferentiableUnit unit(Execution execution, DataType dataType) {
    return new SelectUnit();
  }
}
