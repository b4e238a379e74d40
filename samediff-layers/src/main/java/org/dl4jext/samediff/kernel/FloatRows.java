package org.dl4jext.samediff.kernel;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Copies the real steps of ND4J arrays [N,T,size] to packed rows and back. */
public final class FloatRows {

  private final FloatHostArrays host;
  private float[] all = new float[0];

  public FloatRows(FloatHostArrays host) {
    this.host = host;
  }

  /** Fills {@code to} with the rows of the real steps; the others are never looked at. */
  public void gather(INDArray from, MaskedRows rows, int size, float[] to) {
    if (rows.dense()) {
      host.read(from, to, 0);
      return;
    }
    all = FloatHostArrays.ensure(all, (long) rows.total() * size);
    host.read(from, all, 0);
    for (int i = 0; i < rows.count(); i++) {
      System.arraycopy(all, rows.source(i) * size, to, i * size, size);
    }
  }

  /** Writes rows to the real steps and zeros to the others. */
  public void scatter(float[] from, MaskedRows rows, int size, INDArray to) {
    if (rows.dense()) {
      host.write(from, 0, to);
      return;
    }
    all = FloatHostArrays.ensure(all, (long) rows.total() * size);
    Arrays.fill(all, 0, rows.total() * size, 0);
    for (int i = 0; i < rows.count(); i++) {
      System.arraycopy(from, i * size, all, rows.source(i) * size, size);
    }
    host.write(all, 0, to);
  }
}
