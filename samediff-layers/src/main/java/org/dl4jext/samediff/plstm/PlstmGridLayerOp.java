package org.dl4jext.samediff.plstm;

import java.util.List;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.op.UnitOp;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A whole pLSTM layer on grids as one SameDiff op; {@link PlstmLayers#applyGrid} is its door. */
public final class PlstmGridLayerOp extends UnitOp {

  private static final int MASK = 1;

  /** For SameDiff. */
  public PlstmGridLayerOp() {}

  PlstmGridLayerOp(SameDiff sameDiff, PlstmGridLayout layout, SDVariable... inputs) {
    super(sameDiff, inputs);
    addSArgument(PlstmSpecText.write(layout.spec()));
    addIArgument(layout.inputSize(), layout.outputSize());
  }

  private PlstmGridLayout layout() {
    PlstmGridSpec any = PlstmGridSpec.of(PlstmMode.P, 1, 1);
    PlstmGridSpec spec = any.with(PlstmSpecText.read(any, getSArgument(0)));
    return new PlstmGridLayout(spec, getIArgument(0), getIArgument(1));
  }

  @Override
  public String opName() {
    return "dl4jext_plstm_grid_layer";
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
    return List.of(PlstmImageUnit.outputShape(layout(), inputs[0]));
  }

  @Override
  protected DifferentiableUnit unit(Execution execution, DataType dataType) {
    return new PlstmImageUnit(layout(), execution, dataType);
  }
}
