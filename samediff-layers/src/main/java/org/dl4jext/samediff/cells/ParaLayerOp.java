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

/** A layer with diagonal recurrence as one SameDiff op; {@link ParaCells} is its door. */
public final class ParaLayerOp extends UnitOp {

  private static final int MASK = 1;
  private static final int EVERY_STATE = 4;

  /** For SameDiff. */
  public ParaLayerOp() {}

  ParaLayerOp(SameDiff sameDiff, ParaLayout layout, boolean everyState, SDVariable... inputs) {
    super(sameDiff, inputs);
    ParaSpec spec = layout.spec();
    addIArgument(spec.heads(), spec.maxIterations(), layout.inputSize(), layout.outputSize());
    addIArgument(everyState ? 1 : 0);
    addTArgument(spec.tolerance());
    addSArgument(spec.kind().name(), spec.evaluation().name());
  }

  private ParaLayout layout() {
    int heads = getIArgument(0).intValue();
    int iterations = getIArgument(1).intValue();
    double tolerance = getTArgument(0);
    ParaEvaluation evaluation = ParaEvaluation.valueOf(getSArgument(1));
    ParaSpec spec =
        switch (ParaKind.valueOf(getSArgument(0))) {
          case GRU -> new ParaGruSpec(heads, evaluation, iterations, tolerance);
          case LSTM -> new ParaLstmSpec(heads, evaluation, iterations, tolerance);
        };
    return new ParaLayout(spec, getIArgument(2), getIArgument(3));
  }

  private boolean everyState() {
    return getIArgument(EVERY_STATE) == 1;
  }

  @Override
  public String opName() {
    return "dl4jext_para_layer";
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
    ParaLayout layout = layout();
    ParaLayerUnit.arrays(layout, inputs[0].dataType()).requireInputs(inputs);
    long batch = inputs[0].size(0);
    long[] whole = {batch, inputs[0].size(1), layout.outputSize()};
    List<long[]> shapes = new ArrayList<>();
    shapes.add(whole);
    for (TensorShape state : layout.states()) {
      shapes.add(everyState() ? whole : state.withBatch(batch));
    }
    return shapes;
  }

  @Override
  protected DifferentiableUnit unit(Execution execution, DataType dataType) {
    return ParaUnits.of(layout(), execution, dataType, everyState());
  }
}
