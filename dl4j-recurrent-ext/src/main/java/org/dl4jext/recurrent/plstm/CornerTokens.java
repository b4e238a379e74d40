package org.dl4jext.recurrent.plstm;

import java.util.Collection;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.InputTypeUtil;
import org.deeplearning4j.nn.conf.layers.NoParamLayer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The four corner cells of an image [N,C,H,W], each divided by its root mean square, side by side
 * [N,4C]: the readout of pLSTM-Vis for any H and W. No parameters: gains of the norm would only
 * scale the weights of the dense layer that follows. NCHW only; masks are not looked at.
 *
 * <p>Source: arXiv 2506.11997.
 */
public class CornerTokens extends NoParamLayer {

  private static final long serialVersionUID = 1L;

  /** For JSON. */
  protected CornerTokens() {
    super(new Builder());
  }

  protected CornerTokens(Builder builder) {
    super(builder);
  }

  @Override
  public org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray view,
      boolean initialize,
      DataType dataType) {
    CornerTokensRuntime layer = new CornerTokensRuntime(conf, dataType);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setConf(conf);
    return layer;
  }

  private static InputType.InputTypeConvolutional grid(InputType inputType) {
    if (inputType instanceof InputType.InputTypeConvolutional grid
        && grid.getFormat() == CNN2DFormat.NCHW) {
      return grid;
    }
    throw new DL4JInvalidConfigException(
        "CornerTokens: input type is "
            + inputType
            + "; allowed: convolutional(height, width, channels) in the format NCHW");
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    return InputType.feedForward(4 * grid(inputType).getChannels());
  }

  @Override
  public InputPreProcessor getPreProcessorForInputType(InputType inputType) {
    return InputTypeUtil.getPreProcessorForInputTypeCnnLayers(inputType, getLayerName());
  }

  @Override
  public void setNIn(InputType inputType, boolean override) {
    grid(inputType);
  }

  @Override
  public boolean isPretrainParam(String name) {
    return false;
  }

  @Override
  public LayerMemoryReport getMemoryReport(InputType inputType) {
    return new LayerMemoryReport.Builder(
            getLayerName(), getClass(), inputType, getOutputType(-1, inputType))
        .standardMemory(0, 0)
        .workingMemory(0, 0, 0, 0)
        .cacheMemory(MemoryReport.CACHE_MODE_ALL_ZEROS, MemoryReport.CACHE_MODE_ALL_ZEROS)
        .build();
  }

  /** Builds a {@link CornerTokens}. */
  @SuppressWarnings("unchecked") // DL4J's build() is generic in its result
  public static class Builder extends org.deeplearning4j.nn.conf.layers.Layer.Builder<Builder> {

    @Override
    public CornerTokens build() {
      return new CornerTokens(this);
    }
  }
}
