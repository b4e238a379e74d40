package org.dl4jext.recurrent.plstm;

import java.util.List;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.InputTypeUtil;
import org.dl4jext.recurrent.SequenceLayer;
import org.dl4jext.recurrent.SequenceRuntime;
import org.dl4jext.samediff.Spec;
import org.dl4jext.samediff.TensorShape;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A layer on grids: input and output are images [N,C,H,W], or [N,H,W,C] with {@code
 * dataFormat(CNN2DFormat.NHWC)}, of any size at every call.
 *
 * <p>A mask [N,1,H,W] says which cells exist: nothing leaves a masked cell, enters it or goes
 * through it, its output is 0, and whatever it holds, NaN included, cannot be seen. Images of
 * different sizes are batched by masks. There are no states, so the layer cannot step.
 *
 * @param <S> the spec
 */
public abstract class GridLayer<S extends Record & Spec<S>> extends SequenceLayer<S> {

  private static final long serialVersionUID = 1L;

  /** For JSON. */
  protected GridLayer() {}

  protected GridLayer(Builder<?, S> builder) {
    super(builder);
  }

  /** The format of input and output. */
  public CNN2DFormat gridFormat() {
    return getRnnDataFormat() == RNNFormat.NWC ? CNN2DFormat.NHWC : CNN2DFormat.NCHW;
  }

  @Override
  public final List<TensorShape> states(long nIn, long nOut) {
    return List.of();
  }

  @Override
  public final boolean canStep() {
    return false;
  }

  @Override
  protected SequenceRuntime newRuntime(NeuralNetConfiguration conf, DataType dataType) {
    return new GridRuntime(conf, dataType);
  }

  private InputType.InputTypeConvolutional grid(InputType inputType) {
    if (inputType instanceof InputType.InputTypeConvolutional grid) {
      return grid;
    }
    if (inputType instanceof InputType.InputTypeConvolutionalFlat flat) {
      return (InputType.InputTypeConvolutional)
          InputType.convolutional(
              flat.getHeight(), flat.getWidth(), flat.getDepth(), CNN2DFormat.NCHW);
    }
    throw invalid("input type", inputType, "convolutional(height, width, channels, format)");
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    InputType.InputTypeConvolutional grid = grid(inputType);
    return InputType.convolutional(grid.getHeight(), grid.getWidth(), getNOut(), gridFormat());
  }

  @Override
  public void setNIn(InputType inputType, boolean override) {
    if (inputType instanceof InputType.InputTypeRecurrent) {
      super.setNIn(inputType, override);
      return;
    }
    InputType.InputTypeConvolutional grid = grid(inputType);
    if (inputType instanceof InputType.InputTypeConvolutional) {
      setRnnDataFormat(grid.getFormat() == CNN2DFormat.NHWC ? RNNFormat.NWC : RNNFormat.NCW);
    }
    if (nIn <= 0 || override) {
      nIn = grid.getChannels();
    }
    if (keepsSize()) {
      nOut = nIn;
    }
    checkSizes();
  }

  @Override
  public InputPreProcessor getPreProcessorForInputType(InputType inputType) {
    return InputTypeUtil.getPreProcessorForInputTypeCnnLayers(inputType, getLayerName());
  }

  @Override
  protected double fanIn(TensorShape weight) {
    return weight.shape().get(weight.shape().size() - 1);
  }

  @Override
  protected double fanOut(TensorShape weight) {
    return weight.length() / fanIn(weight);
  }

  /**
   * What the builders share.
   *
   * @param <B> the concrete builder
   * @param <S> the spec
   */
  public abstract static class Builder<B extends Builder<B, S>, S extends Record & Spec<S>>
      extends SequenceLayer.Builder<B, S> {

    /** Format of input and output where it does not follow from the input type; NCHW by default. */
    public B dataFormat(CNN2DFormat format) {
      return dataFormat(format == CNN2DFormat.NHWC ? RNNFormat.NWC : RNNFormat.NCW);
    }
  }
}
