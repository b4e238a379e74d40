package org.dl4jext.samediff.cells;

import java.util.ArrayList;
import java.util.List;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.op.UnitOp;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A whole head-wise layer as one SameDiff op; {@link Cells#layer} is its door. */
public final class CellLayerOp extends UnitOp {

  private static final int MASK = 1;

  /** For SameDiff. */
  public CellLayerOp() {}

  CellLayerOp(SameDiff sameDiff, CellLayout layout, SDVariable... inputs) {
    super(sameDiff, inputs);
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
  public int getNumOutputs() {
    return 1 + layout().states().size();
  }

  @Override
  protected boolean isDifferentiable(int input) {
    return input != MASK;
  }

  @Override
  protected List<long[]> outputShapes(INDArray[] inputs) {
    CellLayout layout = layout();
    CellLayerUnit.arrays(layout, inputs[0].dataType()).requireInputs(inputs);
    long batch = inputs[0].size(0);
    List<long[]> shapes = new ArrayList<>();
    shapes.add(new long[] {batch, inputs[0].size(1), layout.outputSize()});
    for (TensorShape state : layout.states()) {
      shapes.add(state.withBatch(batch));
    }
    return shapes;
  }

  @Override
  protected DifferentiableUnit unit(Execution execution, DataType dataType) {
    return CellUnits.layer(layout(), execution, dataType);
  }
}
