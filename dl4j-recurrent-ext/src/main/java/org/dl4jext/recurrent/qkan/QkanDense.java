package org.dl4jext.recurrent.qkan;

import java.util.List;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.dl4jext.recurrent.SequenceRuntime;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.qkan.QkanLayout;
import org.dl4jext.samediff.qkan.QkanSpec;
import org.dl4jext.samediff.qkan.QkanUnits;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A feed-forward QKAN layer: a trainable function on every edge, each a single-qubit circuit.
 *
 * <pre>
 *   y_o = sum over i of w_oi (phi_oi(x_i) + b_oi) + u_oi silu(x_i)
 * </pre>
 *
 * <p>Takes what DL4J's DenseLayer takes: [N,nIn]; images, which are flattened; and sequences
 * [N,nIn,T] (or [N,T,nIn]), on which it acts step by step and keeps the format. There is no bias
 * and no activation beside the edges.
 *
 * <p>Source: arXiv 2509.14026.
 */
public class QkanDense extends QkanLayer<QkanSpec> {

  private static final long serialVersionUID = 1L;

  /** For JSON. */
  protected QkanDense() {}

  protected QkanDense(Builder builder) {
    super(builder);
  }

  private QkanLayout layout(long nIn, long nOut) {
    return QkanLayout.layer(getSpec(), nIn, nOut);
  }

  @Override
  public List<TensorShape> parameters(long nIn, long nOut) {
    return layout(nIn, nOut).parameters();
  }

  @Override
  public List<TensorShape> states(long nIn, long nOut) {
    return List.of();
  }

  @Override
  public LayerUnit unit(Execution execution, DataType dataType) {
    return QkanUnits.layer(layout(getNIn(), getNOut()), execution, dataType);
  }

  @Override
  protected SequenceRuntime newRuntime(NeuralNetConfiguration conf, DataType dataType) {
    return new QkanDenseRuntime(conf, dataType);
  }

  private static boolean isSequence(InputType inputType) {
    return inputType != null && inputType.getType() == InputType.Type.RNN;
  }

  /** What a dense layer of the same sizes has for inputs that are not sequences. */
  private DenseLayer dense() {
    return new DenseLayer.Builder().name(getLayerName()).nIn(nIn).nOut(nOut).build();
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    return isSequence(inputType)
        ? super.getOutputType(layerIndex, inputType)
        : dense().getOutputType(layerIndex, inputType);
  }

  @Override
  public InputPreProcessor getPreProcessorForInputType(InputType inputType) {
    return isSequence(inputType)
        ? super.getPreProcessorForInputType(inputType)
        : dense().getPreProcessorForInputType(inputType);
  }

  @Override
  public void setNIn(InputType inputType, boolean override) {
    if (isSequence(inputType)) {
      super.setNIn(inputType, override);
      return;
    }
    DenseLayer dense = dense();
    dense.setNIn(inputType, override);
    nIn = dense.getNIn();
    checkSizes();
  }

  /** Builds a {@link QkanDense}. */
  @SuppressWarnings("unchecked") // of the generic build() that DL4J declares
  public static class Builder extends QkanLayer.Builder<Builder, QkanSpec> {

    @Override
    public Builder spec(QkanSpec spec) {
      return super.spec(spec);
    }

    @Override
    protected QkanSpec defaultSpec(long nIn, long nOut) {
      return QkanSpec.standard();
    }

    @Override
    public QkanDense build() {
      return new QkanDense(this);
    }
  }
}
