package org.dl4jext.samediff.cells;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Carries rows between ND4J arrays [T,N,..] and the packed form of {@link PackedSteps}. */
class FloatPackedRows {

  private final FloatHostArrays host = new FloatHostArrays();

  /** Scratch memory that only grows. */
  float[] buffer;

  final FloatHostArrays host() {
    return host;
  }

  /** All elements of an array in c order, in a new or reused array. */
  final float[] read(INDArray from, float[] to) {
    float[] values = FloatHostArrays.ensure(to, from.length());
    host.read(from, values, 0);
    return values;
  }

  /** The rows of [T,N,..] that the mask keeps, in packed order. */
  final float[] readRows(INDArray timeMajor, int row, PackedSteps steps, float[] to) {
    if (steps.dense) {
      return read(timeMajor, to);
    }
    buffer = read(timeMajor, buffer);
    float[] packed = FloatHostArrays.ensure(to, (long) steps.rows * row);
    for (int r = 0; r < steps.rows; r++) {
      System.arraycopy(buffer, steps.source[r] * row, packed, r * row, row);
    }
    return packed;
  }

  /** Writes packed rows to an array [T,N,..], with zeros where the mask keeps nothing. */
  final void writeRows(float[] packed, int row, PackedSteps steps, INDArray timeMajor) {
    if (steps.dense) {
      host.write(packed, 0, timeMajor);
      return;
    }
    buffer = FloatHostArrays.ensure(buffer, timeMajor.length());
    Arrays.fill(buffer, 0, Math.toIntExact(timeMajor.length()), 0);
    for (int r = 0; r < steps.rows; r++) {
      System.arraycopy(packed, r * row, buffer, steps.source[r] * row, row);
    }
    host.write(buffer, 0, timeMajor);
  }
}
