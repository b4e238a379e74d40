package org.dl4jext.recurrent.universal;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jext.recurrent.SequenceRuntime;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.universal.HaltingRecord;
import org.dl4jext.samediff.universal.UniversalLayerUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The runtime of sequence layers, which tells what halting did. */
public final class UniversalTransformerRuntime extends SequenceRuntime {

  private static final long serialVersionUID = 1L;

  private transient UniversalLayerUnit unit;
  private transient INDArray memory;
  private transient INDArray memoryMask;

  UniversalTransformerRuntime(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  @Override
  protected LayerUnit newUnit(DataType computeType) {
    unit = (UniversalLayerUnit) super.newUnit(computeType);
    attend();
    return unit;
  }

  /** Sets the memory of a decoder, in its data format. */
  void setMemory(INDArray memory) {
    this.memory = memory;
    attend();
  }

  void setMemoryMask(INDArray memoryMask) {
    this.memoryMask = memoryMask;
    attend();
  }

  private void attend() {
    if (unit != null && memory != null) {
      DataType type = dataType == DataType.FLOAT16 ? DataType.FLOAT : dataType;
      unit.attend(inFormat(memory).castTo(type), memoryMask);
    }
  }

  /** From this layer's format to [N,T,C], or back. */
  private INDArray inFormat(INDArray array) {
    return getDataFormat() == RNNFormat.NWC ? array : array.permute(0, 2, 1);
  }

  /** The gradient of the memory in the last backward pass, in this layer's format. */
  INDArray memoryGradient(LayerWorkspaceMgr mgr) {
    INDArray gradient = inFormat(unit.memoryGradient()).castTo(dataType);
    return mgr.dup(ArrayType.ACTIVATION_GRAD, gradient, 'c');
  }

  /**
   * Steps and remainders of the last pass, whatever called for it.
   *
   * @throws IllegalStateException if there was none
   */
  public HaltingRecord halting() {
    if (unit == null) {
      throw new IllegalStateException("Universal Transformer: no pass has been computed yet");
    }
    return unit.halting();
  }
}
