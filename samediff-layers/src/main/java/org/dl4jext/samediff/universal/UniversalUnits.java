package org.dl4jext.samediff.universal;

import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.nd4j.linalg.api.buffer.DataType;

/** Makes the units of the Universal Transformer. */
public final class UniversalUnits {

  private UniversalUnits() {}

  /** A whole layer, with the ponder cost as auxiliary loss; see {@link UniversalLayerUnit}. */
  public static UniversalLayerUnit layer(
      UniversalLayout layout, Execution execution, DataType dataType) {
    return new UniversalLayerUnit(core(layout, execution, dataType));
  }

  /**
   * Encoder or decoder with the numbers of its halting as outputs: y [N,T,D], steps and remainders
   * [N,T], mean ponder cost [1]. Inputs are x, mask, the parameters and, where the layout has one,
   * the memory and its mask.
   */
  public static DifferentiableUnit transformer(
      UniversalLayout layout, Execution execution, DataType dataType) {
    return new UniversalTransformerUnit(core(layout, execution, dataType));
  }

  /**
   * Halting alone. Inputs: logits [steps,N,T]; states [steps,N,T,D]; mask [N,T] or null. Outputs:
   * output [N,T,D]; remainders and steps [N,T]; update weights [steps,N,T]; mean ponder cost [1].
   */
  public static DifferentiableUnit halting(
      HaltingSpec spec, Execution execution, DataType dataType) {
    requireFloating(dataType);
    return switch (execution) {
      case HOST ->
          dataType == DataType.DOUBLE ? new DoubleHaltingUnit(spec) : new FloatHaltingUnit(spec);
      case REFERENCE -> new HaltingReferenceUnit(spec, dataType);
      case ARRAY -> new HaltingArrayUnit(spec, dataType);
    };
  }

  private static UniversalCore core(
      UniversalLayout layout, Execution execution, DataType dataType) {
    requireFloating(dataType);
    return switch (execution) {
      case HOST ->
          dataType == DataType.DOUBLE ? new DoubleUniversal(layout) : new FloatUniversal(layout);
      case REFERENCE -> new UniversalReference(layout, dataType);
      case ARRAY -> new UniversalArray(layout, dataType);
    };
  }

  private static void requireFloating(DataType dataType) {
    if (dataType != DataType.FLOAT && dataType != DataType.DOUBLE) {
      throw new IllegalArgumentException(
          UniversalTransformerUnit.NAME
              + ": data type is "
              + dataType
              + "; allowed: FLOAT, DOUBLE");
    }
  }
}
