package org.dl4jext.samediff.cells;

import java.util.ArrayList;
import java.util.List;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.op.UnitOp;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A head-wise recurrence as one SameDiff op; {@link Cells#recurrence} is its door. */
public final class CellRecurrenceOp extends UnitOp {

  /** For SameDiff. */
  public CellRecurrenceOp() {}

  CellRecurrenceOp(SameDiff sameDiff, CellSpec spec, SDVariable... inputs) {
    super(sameDiff, inputs);
    CellSpecArguments.add(this, spec);
  }

  private CellSpec spec() {
    return CellSpecArguments.read(this);
  }

  @Override
  public String opName() {
    return "dl4jext_cell_recurrence";
  }

  @Override
  public int getNumOutputs() {
    return 1 + spec().kind().states().size();
  }

  @Override
  protected List<long[]> outputShapes(INDArray[] inputs) {
    RecurrenceArrays arrays = RecurrenceArrays.of(spec(), inputs[0].dataType(), inputs);
    List<long[]> shapes = new ArrayList<>();
    for (int i = 0; i < arrays.outputs(); i++) {
      shapes.add(arrays.outputShape(i));
    }
    return shapes;
  }

  @Override
  protected DifferentiableUnit unit(Execution execution, DataType dataType) {
    return CellUnits.recurrence(spec(), execution, dataType);
  }
}
