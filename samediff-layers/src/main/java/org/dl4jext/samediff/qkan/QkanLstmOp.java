package org.dl4jext.samediff.qkan;

import java.util.List;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerArrays;
import org.dl4jext.samediff.op.LayerOp;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/** A whole QKAN-LSTM as one SameDiff op; {@link Qkan#lstm} is its door. */
public final class QkanLstmOp extends LayerOp {

  private static final int LATENT = QkanSpecArguments.NEXT;
  private static final int SIZES = LATENT + 3;

  /** For SameDiff. */
  public QkanLstmOp() {}

  QkanLstmOp(
      SameDiff sameDiff,
      QkanLstmLayout layout,
      SDVariable x,
      SDVariable mask,
      List<SDVariable> parameters,
      List<SDVariable> states) {
    super(sameDiff, inputs(QkanLstmUnit.arrays(layout, x.dataType()), x, mask, parameters, states));
    QkanLstmSpec spec = layout.spec();
    QkanSpecArguments.add(this, spec.edges());
    addIArgument(spec.latentIn(), spec.latentOut(), QkanSpecArguments.flag(spec.sharedCodec()));
    addIArgument(layout.inputSize(), layout.outputSize());
  }

  private QkanLstmLayout layout() {
    QkanLstmSpec spec =
        QkanLstmSpec.of(QkanSpecArguments.read(this))
            .withLatent(getIArgument(LATENT).intValue(), getIArgument(LATENT + 1).intValue())
            .with("sharedCodec", getIArgument(LATENT + 2) == 1);
    return new QkanLstmLayout(spec, getIArgument(SIZES), getIArgument(SIZES + 1));
  }

  @Override
  public String opName() {
    return "dl4jext_qkan_lstm";
  }

  @Override
  protected LayerArrays arrays(DataType type) {
    return QkanLstmUnit.arrays(layout(), type);
  }

  @Override
  protected DifferentiableUnit unit(Execution execution, DataType dataType) {
    return QkanUnits.lstm(layout(), execution, dataType);
  }
}
