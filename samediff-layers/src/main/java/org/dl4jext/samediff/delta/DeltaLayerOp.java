package org.dl4jext.samediff.delta;

import java.util.List;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerArrays;
import org.dl4jext.samediff.op.LayerOp;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/** A whole delta layer as one SameDiff op; {@link DeltaLayer} is its door. */
public final class DeltaLayerOp extends LayerOp {

  /** For SameDiff. */
  public DeltaLayerOp() {}

  DeltaLayerOp(
      SameDiff sameDiff,
      DeltaLayout layout,
      SDVariable x,
      SDVariable mask,
      List<SDVariable> parameters,
      List<SDVariable> states) {
    super(
        sameDiff,
        inputs(DeltaLayerSizes.arrays(layout, x.dataType()), x, mask, parameters, states));
    DeltaSpec s = layout.spec();
    addIArgument(layout.inputSize(), layout.outputSize());
    addIArgument(s.heads(), s.valueHeads(), s.keySize(), s.valueSize(), s.householders());
    addIArgument(s.convolutionWidth(), s.chunkTokens());
    addIArgument(flag(s.forgetGate()), flag(s.learnedBeta()), flag(s.convolutionBias()));
    addIArgument(flag(s.outputGate()), flag(s.outputNorm()));
    addTArgument(s.queryKeyNormEps(), s.scale(), s.outputNormEps());
    addSArgument(s.eigenvalueRange().name(), s.queryKeyNorm().name());
    addSArgument(s.queryKeyActivation().name(), s.valueActivation().name());
  }

  private static int flag(boolean value) {
    return value ? 1 : 0;
  }

  private int integer(int index) {
    return getIArgument(index).intValue();
  }

  private DeltaLayout layout() {
    DeltaSpec spec =
        new DeltaSpec(
            integer(2),
            integer(3),
            integer(4),
            integer(5),
            integer(6),
            EigenvalueRange.valueOf(getSArgument(0)),
            integer(9) == 1,
            integer(10) == 1,
            integer(7),
            integer(11) == 1,
            Activation.valueOf(getSArgument(2)),
            Activation.valueOf(getSArgument(3)),
            QueryKeyNorm.valueOf(getSArgument(1)),
            getTArgument(0),
            getTArgument(1),
            integer(12) == 1,
            integer(13) == 1,
            getTArgument(2),
            integer(8));
    return new DeltaLayout(spec, integer(0), integer(1));
  }

  @Override
  public String opName() {
    return "dl4jext_delta_layer";
  }

  @Override
  protected LayerArrays arrays(DataType type) {
    return DeltaLayerSizes.arrays(layout(), type);
  }

  @Override
  protected DifferentiableUnit unit(Execution execution, DataType dataType) {
    return DeltaUnits.layer(layout(), execution, dataType);
  }
}
