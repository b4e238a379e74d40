package org.dl4jext.samediff.memory;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatMath;
import org.dl4jext.samediff.kernel.MaskedRows;

/**
 * What the real steps of a memory-caching layer bring to its recurrence, from the rows of the
 * projection, and the gradients back to them. Other steps are left alone.
 */
final class FloatCachedTokens {

  private final MemoryCachingLayout layout;
  private final MemoryCachingSpec spec;
  private final FloatBlocks blocks;
  private final MaskedRows rows;
  private final FloatVectorNorm queryNorm;
  private final FloatVectorNorm keyNorm;
  private final int heads;
  private final int columns;
  private float routerScale;

  FloatCachedTokens(MemoryCachingLayout layout, FloatBlocks blocks, MaskedRows rows) {
    this.layout = layout;
    this.blocks = blocks;
    this.rows = rows;
    spec = layout.spec();
    heads = spec.heads();
    columns = layout.columns();
    queryNorm = new FloatVectorNorm(blocks, spec.keySize(), false, spec.queryKeyNormEps());
    keyNorm = new FloatVectorNorm(blocks, spec.keySize(), false, spec.queryKeyNormEps());
  }

  /**
   * Fills the inputs of the recurrence.
   *
   * @param x inputs of the layer [rows,nIn]
   * @param z their projections [rows,F]
   * @param keys mixed, not yet normalised [rows,H*K]
   * @param biases of the numbers of a token, or null
   * @param scale of the router, or null
   */
  void forward(
      FloatCachedArrays to, float[] x, float[] z, float[] keys, float[] biases, float[] scale) {
    routerScale = scale == null ? 1 : scale[0];
    queryNorm.open(rows.count() * heads);
    keyNorm.open(rows.count() * heads);
    int width = layout.keys();
    for (int r = 0; r < rows.count(); r++) {
      int step = rows.source(r);
      int row = r * columns;
      vectors(queryNorm, r, z, row, to.in[CachedRecurrenceSizes.Q]);
      vectors(keyNorm, r, keys, r * width, to.in[CachedRecurrenceSizes.K]);
      int values = layout.values();
      System.arraycopy(z, row + 2 * width, to.in[CachedRecurrenceSizes.V], step * values, values);
      for (int i = 0; i < layout.scalars() * heads; i++) {
        float logit = z[row + layout.scalarColumn() + i] + biases[i];
        to.in[CachedRecurrenceSizes.SCALARS + i / heads][step * heads + i % heads] =
            layout.isLogarithm(i / heads) ? -FloatMath.softplus(-logit) : FloatMath.sigmoid(logit);
      }
      if (layout.hasRouter()) {
        router(to, x, z, r);
      }
    }
  }

  private void vectors(FloatVectorNorm norm, int r, float[] from, int at, float[] to) {
    int size = spec.keySize();
    int place = rows.source(r) * layout.keys();
    if (!spec.queryKeyNorm()) {
      System.arraycopy(from, at, to, place, layout.keys());
      return;
    }
    for (int h = 0; h < heads; h++) {
      norm.forward(r * heads + h, from, at + h * size, to, place + h * size);
    }
  }

  private void router(FloatCachedArrays to, float[] x, float[] z, int r) {
    int step = rows.source(r);
    int size = heads * layout.routerSize();
    int from = r * columns + layout.routerColumn();
    blocks.scale(size, routerScale, z, from, to.in[CachedRecurrenceSizes.U], step * size);
    if (layout.poolsInputs()) {
      int inputs = layout.inputSize();
      System.arraycopy(x, r * inputs, to.in[CachedRecurrenceSizes.F], step * inputs, inputs);
    } else if (layout.projectsFeatures()) {
      int column = r * columns + layout.featureColumn();
      System.arraycopy(z, column, to.in[CachedRecurrenceSizes.F], step * size, size);
    }
  }

  /**
   * Fills the gradients of the projections, apart from those of the keys.
   *
   * @param d gradients of the recurrence; those of queries and keys are changed
   * @param dz [rows,F]
   * @param dKeys receives the gradients of the mixed keys [rows,H*K]
   * @param dBiases overwritten, or null
   * @param dScale overwritten, or null
   */
  void backward(
      FloatCachedArrays of,
      FloatCachedArrays d,
      float[] z,
      float[] dz,
      float[] dKeys,
      float[] dBiases,
      float[] dScale) {
    if (dBiases != null) {
      Arrays.fill(dBiases, 0);
    }
    if (dScale != null) {
      dScale[0] = 0;
    }
    int width = layout.keys();
    int values = layout.values();
    for (int r = 0; r < rows.count(); r++) {
      int step = rows.source(r);
      int row = r * columns;
      vectorsBackward(queryNorm, r, of, d, CachedRecurrenceSizes.Q);
      vectorsBackward(keyNorm, r, of, d, CachedRecurrenceSizes.K);
      System.arraycopy(d.in[CachedRecurrenceSizes.Q], step * width, dz, row, width);
      System.arraycopy(d.in[CachedRecurrenceSizes.K], step * width, dKeys, r * width, width);
      System.arraycopy(d.in[CachedRecurrenceSizes.V], step * values, dz, row + 2 * width, values);
      for (int i = 0; i < layout.scalars() * heads; i++) {
        int place = step * heads + i % heads;
        int scalar = CachedRecurrenceSizes.SCALARS + i / heads;
        float value = of.in[scalar][place];
        float slope =
            layout.isLogarithm(i / heads) ? 1 - FloatMath.exp(value) : value * (1 - value);
        float dLogit = d.in[scalar][place] * slope;
        dz[row + layout.scalarColumn() + i] = dLogit;
        dBiases[i] += dLogit;
      }
      if (layout.hasRouter()) {
        routerBackward(d, z, dz, r, dScale);
      }
    }
  }

  private void vectorsBackward(
      FloatVectorNorm norm, int r, FloatCachedArrays of, FloatCachedArrays d, int input) {
    for (int h = 0; h < heads && spec.queryKeyNorm(); h++) {
      int at = (rows.source(r) * heads + h) * spec.keySize();
      norm.backward(r * heads + h, of.in[input], at, d.in[input], at);
    }
  }

  private void routerBackward(FloatCachedArrays d, float[] z, float[] dz, int r, float[] dScale) {
    int size = heads * layout.routerSize();
    int from = rows.source(r) * size;
    int to = r * columns + layout.routerColumn();
    float[] du = d.in[CachedRecurrenceSizes.U];
    if (dScale != null) {
      dScale[0] += blocks.dot(size, du, from, z, to);
    }
    blocks.scale(size, routerScale, du, from, dz, to);
    if (layout.projectsFeatures()) {
      int column = r * columns + layout.featureColumn();
      System.arraycopy(d.in[CachedRecurrenceSizes.F], from, dz, column, size);
    }
  }
}
