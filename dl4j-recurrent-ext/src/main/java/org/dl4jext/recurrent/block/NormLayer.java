package org.dl4jext.recurrent.block;

import java.util.List;
import org.dl4jext.recurrent.SequenceLayer;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.Spec;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.block.BlockUnits;
import org.dl4jext.samediff.block.NormSpec;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What the norms share: they keep the size, carry nothing, and start as the plain norm. */
abstract class NormLayer<S extends Record & Spec<S> & NormSpec> extends SequenceLayer<S> {

  private static final long serialVersionUID = 1L;

  /** For JSON. */
  protected NormLayer() {}

  protected NormLayer(Builder<?, S> builder) {
    super(builder);
  }

  @Override
  public List<TensorShape> parameters(long nIn, long nOut) {
    return getSpec().parameters(nOut);
  }

  @Override
  public List<TensorShape> states(long nIn, long nOut) {
    return List.of();
  }

  @Override
  public void initializeParameter(TensorShape parameter, INDArray view) {
    initializeNorm(parameter, view);
  }

  /** Gain 1, bias 0. */
  static void initializeNorm(TensorShape parameter, INDArray view) {
    view.assign(parameter.name().endsWith("g") ? 1 : 0);
  }

  @Override
  public LayerUnit unit(Execution execution, DataType dataType) {
    return BlockUnits.norm(getSpec(), getNOut(), execution, dataType);
  }

  @Override
  protected boolean keepsSize() {
    return true;
  }
}
