package org.dl4jext.contract;

import java.util.ArrayList;
import java.util.List;
import org.dl4jext.recurrent.SequenceLayer;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A layer gives the same outputs in every execution. */
final class ExecutionAssertions {

  private ExecutionAssertions() {}

  /**
   * Runs random parameters on a masked and an unmasked sequence.
   *
   * @param layer with known sizes
   */
  static void assertAgree(SequenceLayer<?> layer) {
    for (INDArray mask : new INDArray[] {null, LayerUnderTest.mask()}) {
      INDArray expected = run(layer, Execution.REFERENCE, mask);
      for (Execution execution : Execution.values()) {
        ArrayAssertions.assertClose(expected, run(layer, execution, mask), 1e-10);
      }
    }
  }

  private static INDArray run(SequenceLayer<?> layer, Execution execution, INDArray mask) {
    LayerUnit unit = layer.unit(execution, DataType.DOUBLE);
    Nd4j.getRandom().setSeed(3);
    List<INDArray> in = new ArrayList<>();
    in.add(Nd4j.randn(DataType.DOUBLE, 3, 7, layer.getNIn()));
    in.add(mask);
    unit.parameters().forEach(p -> in.add(Nd4j.randn(DataType.DOUBLE, p.toArray())));
    unit.states().forEach(s -> in.add(null));
    INDArray[] out = new INDArray[1 + unit.states().size()];
    out[0] = Nd4j.create(DataType.DOUBLE, 3, 7, unit.outputSize());
    unit.forward(in.toArray(INDArray[]::new), out, false);
    return out[0];
  }
}
