package org.dl4jext.samediff.plstm;

import java.util.List;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerArrays;
import org.dl4jext.samediff.op.LayerOp;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/** A whole pLSTM layer on sequences as one SameDiff op; {@link PlstmLayers#apply} is its door. */
public final class PlstmLayerOp extends LayerOp {

  /** For SameDiff. */
  public PlstmLayerOp() {}

  PlstmLayerOp(
      SameDiff sameDiff,
      PlstmLayout layout,
      SDVariable x,
      SDVariable mask,
      List<SDVariable> parameters,
      List<SDVariable> states) {
    super(
        sameDiff, inputs(PlstmLayerUnit.arrays(layout, x.dataType()), x, mask, parameters, states));
    addSArgument(PlstmSpecText.write(layout.spec()));
    addIArgument(layout.inputSize(), layout.outputSize());
  }

  private PlstmLayout layout() {
    PlstmSpec any = PlstmSpec.of(1, 1);
    PlstmSpec spec = any.with(PlstmSpecText.read(any, getSArgument(0)));
    return new PlstmLayout(spec, getIArgument(0), getIArgument(1));
  }

  @Override
  public String opName() {
    return "dl4jext_plstm_layer";
  }

  @Override
  protected LayerArrays arrays(DataType type) {
    return PlstmLayerUnit.arrays(layout(), type);
  }

  @Override
  protected DifferentiableUnit unit(Execution execution, DataType dataType) {
    return PlstmUnits.layer(layout(), execution, dataType);
  }
}
