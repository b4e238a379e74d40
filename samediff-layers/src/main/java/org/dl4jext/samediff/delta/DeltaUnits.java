package org.dl4jext.samediff.delta;

import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerUnit;
import org.nd4j.linalg.api.buffer.DataType;

/** Makes the units of the delta family. */
public final class DeltaUnits {

  private DeltaUnits() {}

  /**
   * The recurrence alone. Inputs: q [B,T,H,K], k [B,T*n,H,K], v [B,T*n,HV,V], beta [B,T*n,HV], g
   * [B,T,HV] (log decay) or null, S0 [B,HV,K,V] or null. Outputs: o [B,T,HV,V], the last state
   * [B,HV,K,V].
   */
  public static DifferentiableUnit rule(
      DeltaRuleSpec spec, Execution execution, DataType dataType) {
    requireFloating(dataType);
    return switch (execution) {
      case REFERENCE -> new DeltaRuleReference(spec, dataType);
      case HOST -> DeltaHost.rule(spec, dataType);
      case ARRAY -> new DeltaRuleArray(spec, dataType);
    };
  }

  /** The whole layer; parameters and states are those of the layout. */
  public static LayerUnit layer(DeltaLayout layout, Execution execution, DataType dataType) {
    requireFloating(dataType);
    return switch (execution) {
      case REFERENCE -> new DeltaLayerReference(layout, dataType);
      case HOST -> DeltaHost.layer(layout, dataType);
      case ARRAY -> new DeltaLayerArray(layout, dataType);
    };
  }

  /** The recurrence inside a layer. */
  static DeltaRuleSpec ruleSpec(DeltaSpec spec) {
    return new DeltaRuleSpec(
        spec.householders(),
        spec.readScale(),
        spec.queryKeyNorm(),
        spec.queryKeyNormEps(),
        spec.chunkTokens());
  }

  private static void requireFloating(DataType dataType) {
    if (dataType != DataType.FLOAT && dataType != DataType.DOUBLE && dataType != DataType.FLOAT16) {
      throw new IllegalArgumentException(
          "delta units: data type is " + dataType + "; allowed: FLOAT, DOUBLE, FLOAT16 (HALF)");
    }
  }
}
