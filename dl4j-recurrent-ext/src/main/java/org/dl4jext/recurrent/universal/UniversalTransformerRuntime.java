package org.dl4jext.recurrent.universal;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.dl4jext.recurrent.SequenceRuntime;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.universal.HaltingRecord;
import org.dl4jext.samediff.universal.UniversalLayerUnit;
import org.nd4j.linalg.api.buffer.DataType;

/** The runtime of sequence layers, which tells what halting did. */
public final class UniversalTransformerRuntime extends SequenceRuntime {

  private static final long serialVersionUID = 1L;

  private transient UniversalLayerUnit unit;

  UniversalTransformerRuntime(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  @Override
  protected LayerUnit newUnit(DataType computeType) {
    unit = (UniversalLayerUnit) super.newUnit(computeType);
    return unit;
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
