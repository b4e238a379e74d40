package org.dl4jext.samediff.block;

import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerUnit;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Makes the units of the blocks. They carry no state and treat each step by itself. HALF is
 * computed by the reference execution, in double precision.
 */
public final class BlockUnits {

  private BlockUnits() {}

  /** RMS norm or layer norm over {@code size} channels; parameters as in the spec. */
  public static LayerUnit norm(NormSpec spec, long size, Execution execution, DataType dataType) {
    requireFloating(dataType);
    RowLayout layout = RowLayout.of(spec, size);
    return switch (dataType == DataType.FLOAT16 ? Execution.REFERENCE : execution) {
      case REFERENCE -> new ReferenceRowUnit(layout, new RowFunction.Norm(spec), dataType);
      case ARRAY -> new ArrayNorm(spec, size, dataType);
      case HOST ->
          new HostRowUnit(
              layout,
              dataType == DataType.FLOAT
                  ? new FloatNorm(spec, size, dataType)
                  : new DoubleNorm(spec, size, dataType),
              (p, streams) -> new FloatNormStep(spec, size, p, streams),
              (p, streams) -> new DoubleNormStep(spec, size, p, streams));
    };
  }

  /** SwiGLU; parameters as in the spec. */
  public static LayerUnit swiGlu(
      SwiGluSpec spec, long inputSize, long outputSize, Execution execution, DataType dataType) {
    requireFloating(dataType);
    RowLayout layout = RowLayout.of(spec, inputSize, outputSize);
    return switch (dataType == DataType.FLOAT16 ? Execution.REFERENCE : execution) {
      case REFERENCE -> new ReferenceRowUnit(layout, new RowFunction.SwiGlu(), dataType);
      case ARRAY -> new ArraySwiGlu(spec, inputSize, outputSize, dataType);
      case HOST ->
          new HostRowUnit(
              layout,
              dataType == DataType.FLOAT
                  ? new FloatSwiGlu(spec, inputSize, outputSize, dataType)
                  : new DoubleSwiGlu(spec, inputSize, outputSize, dataType),
              FloatSwiGluStep::new,
              DoubleSwiGluStep::new);
    };
  }

  /**
   * {@code y = gelu(x W + b) Wo + bo}, with gelu by its form with tanh; parameters W [size,hidden],
   * b, Wo [hidden,size], bo.
   */
  public static LayerUnit geluMlp(long size, long hidden, Execution execution, DataType dataType) {
    requireFloating(dataType);
    RowLayout layout = RowLayout.geluMlp(size, hidden);
    return switch (dataType == DataType.FLOAT16 ? Execution.REFERENCE : execution) {
      case REFERENCE -> new ReferenceRowUnit(layout, new GeluMlpFunction(), dataType);
      case ARRAY -> new ArrayGeluMlp(layout, dataType);
      case HOST ->
          new HostRowUnit(
              layout,
              dataType == DataType.FLOAT
                  ? new FloatGeluMlp(layout, hidden, dataType)
                  : new DoubleGeluMlp(layout, hidden, dataType),
              (p, streams) -> null,
              (p, streams) -> null);
    };
  }

  private static void requireFloating(DataType dataType) {
    if (dataType != DataType.FLOAT && dataType != DataType.DOUBLE && dataType != DataType.FLOAT16) {
      throw new IllegalArgumentException(
          "block units: data type is " + dataType + "; allowed: FLOAT, DOUBLE, HALF");
    }
  }
}
