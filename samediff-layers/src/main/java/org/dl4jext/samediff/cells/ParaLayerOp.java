package org.dl4jext.samediff.cells;

import java.util.List;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerArrays;
import org.dl4jext.samediff.op.LayerOp;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/** A layer with diagonal recurrence as one SameDiff op; {@link ParaCells} is its door. */
public final class ParaLayerOp extends LayerOp {

  private static final int EVERY_STATE = 4;

  /** For SameDiff. */
  public ParaLayerOp() {}

  ParaLayerOp(
      SameDiff sameDiff,
      ParaLayout layout,
      boolean everyState,
      SDVariable x,
      SDVariable mask,
      List<SDVariable> parameters,
      List<SDVariable> states) {
    super(
        sameDiff,
        inputs(
            ParaLayerUnit.arrays(layout, x.dataType(), everyState), x, mask, parameters, states));
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
  protected LayerArrays arrays(DataType type) {
    return ParaLayerUnit.arrays(layout(), type, everyState());
  }

  @Override
  protected DifferentiableUnit unit(Execution execution, DataType dataType) {
    return ParaUnits.of(layout(), execution, dataType, everyState());
  }
}
