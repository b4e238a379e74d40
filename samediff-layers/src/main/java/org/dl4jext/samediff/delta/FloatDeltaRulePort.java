package org.dl4jext.samediff.delta;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatMath;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Connects {@link FloatDeltaScan} to the arrays of {@link FloatDeltaRule}. */
final class FloatDeltaRulePort implements FloatDeltaPort {

  private final FloatBlocks blocks;
  private final FloatKeyNorm norm;
  private final float scale;

  private DeltaRuleSizes sizes;
  private boolean gated;
  private int n;
  private int keyRow;
  private int valueRow;

  private float[] q;
  private float[] k;
  private float[] v;
  private float[] beta;
  private float[] g;
  private float[] o;
  private float[] dBeta;
  private float[] dg;

  FloatDeltaRulePort(FloatBlocks blocks, FloatKeyNorm norm, float scale) {
    this.blocks = blocks;
    this.norm = norm;
    this.scale = scale;
  }

  void resize(DeltaRuleSizes now, boolean gates) {
    sizes = now;
    gated = gates;
    n = now.householders();
    keyRow = blocks.padded(now.keySize());
    valueRow = blocks.padded(now.valueSize());
    long tokens = (long) now.batch() * now.tokens();
    q = FloatHostArrays.ensure(q, tokens * now.heads() * now.keySize());
    k = FloatHostArrays.ensure(k, tokens * n * now.heads() * now.keySize());
    v = FloatHostArrays.ensure(v, tokens * n * now.valueHeads() * now.valueSize());
    o = FloatHostArrays.ensure(o, tokens * now.valueHeads() * now.valueSize());
    beta = FloatHostArrays.ensure(beta, tokens * n * now.valueHeads());
    dBeta = FloatHostArrays.ensure(dBeta, tokens * n * now.valueHeads());
    g = FloatHostArrays.ensure(g, gates ? tokens * now.valueHeads() : 0);
    dg = FloatHostArrays.ensure(dg, gates ? tokens * now.valueHeads() : 0);
  }

  void read(FloatHostArrays host, INDArray[] inputs) {
    host.read(inputs[DeltaRuleSizes.Q], q, 0);
    host.read(inputs[DeltaRuleSizes.K], k, 0);
    host.read(inputs[DeltaRuleSizes.V], v, 0);
    host.read(inputs[DeltaRuleSizes.BETA], beta, 0);
    if (gated) {
      host.read(inputs[DeltaRuleSizes.G], g, 0);
    }
  }

  void write(FloatHostArrays host, INDArray output) {
    if (output != null) {
      host.write(o, 0, output);
    }
  }

  void readGradient(FloatHostArrays host, INDArray gradient) {
    if (gradient == null) {
      Arrays.fill(o, 0);
    } else {
      host.read(gradient, o, 0);
    }
  }

  /** The gradients stand where the inputs stood. */
  void writeGradients(FloatHostArrays host, INDArray[] gradients) {
    float[][] from = {q, k, v, dBeta, dg};
    for (int i = 0; i < from.length; i++) {
      if (gradients[i] != null) {
        host.write(from[i], 0, gradients[i]);
      }
    }
  }

  private int keyAt(int example, int row, int rowsPerToken, int head) {
    int rows = sizes.tokens() * rowsPerToken;
    return ((example * rows + row) * sizes.heads() + head) * sizes.keySize();
  }

  private int valueAt(int example, int row, int rowsPerToken, int head) {
    int rows = sizes.tokens() * rowsPerToken;
    return (example * rows + row) * sizes.valueHeads() + head;
  }

  @Override
  public void loadKeys(
      Part part, float[] q, int qOffset, float[] k, int kOffset, float[] norms, int normOffset) {
    int size = sizes.keySize();
    int step = sizes.heads() * size;
    int from = keyAt(part.example, part.token, 1, part.head);
    for (int t = 0; t < part.tokens; t++) {
      int to = qOffset + t * keyRow;
      System.arraycopy(this.q, from + t * step, q, to, size);
      norms[normOffset + t] = norm.apply(q, to);
    }
    from = keyAt(part.example, part.token * n, n, part.head);
    for (int i = 0; i < part.tokens * n; i++) {
      int to = kOffset + i * keyRow;
      System.arraycopy(this.k, from + i * step, k, to, size);
      norms[normOffset + part.tokens + i] = norm.apply(k, to);
    }
  }

  @Override
  public void loadValues(
      Part part,
      float[] v,
      int vOffset,
      float[] beta,
      int betaOffset,
      float[] decay,
      int decayOffset) {
    int size = sizes.valueSize();
    int heads = sizes.valueHeads();
    int from = valueAt(part.example, part.token * n, n, part.head);
    for (int i = 0; i < part.tokens * n; i++) {
      int at = from + i * heads;
      System.arraycopy(this.v, at * size, v, vOffset + i * valueRow, size);
      beta[betaOffset + i] = this.beta[at];
    }
    if (gated) {
      from = valueAt(part.example, part.token, 1, part.head);
      for (int t = 0; t < part.tokens; t++) {
        decay[decayOffset + t] = FloatMath.exp(g[from + t * heads]);
      }
    }
  }

  @Override
  public void storeReads(Part part, float[] o, int oOffset) {
    int size = sizes.valueSize();
    int to = valueAt(part.example, part.token, 1, part.head);
    for (int t = 0; t < part.tokens; t++) {
      blocks.scale(
          size, scale, o, oOffset + t * valueRow, this.o, (to + t * sizes.valueHeads()) * size);
    }
  }

  @Override
  public void loadReadGradients(Part part, float[] dO) {
    int size = sizes.valueSize();
    int from = valueAt(part.example, part.token, 1, part.head);
    for (int t = 0; t < part.tokens; t++) {
      blocks.scale(size, scale, o, (from + t * sizes.valueHeads()) * size, dO, t * valueRow);
    }
  }

  @Override
  public void storeValueGradients(
      Part part, float[] dv, float[] beta, int betaOffset, float[] dBeta, float[] dg) {
    int size = sizes.valueSize();
    int heads = sizes.valueHeads();
    int to = valueAt(part.example, part.token * n, n, part.head);
    for (int i = 0; i < part.tokens * n; i++) {
      int at = to + i * heads;
      System.arraycopy(dv, i * valueRow, v, at * size, size);
      this.dBeta[at] = dBeta[i];
    }
    if (gated) {
      to = valueAt(part.example, part.token, 1, part.head);
      for (int t = 0; t < part.tokens; t++) {
        this.dg[to + t * heads] = dg[t];
      }
    }
  }

  @Override
  public void storeKeyGradients(
      Part part,
      float[] q,
      int qOffset,
      float[] dq,
      float[] k,
      int kOffset,
      float[] dk,
      float[] norms,
      int normOffset) {
    int size = sizes.keySize();
    int step = sizes.heads() * size;
    int to = keyAt(part.example, part.token, 1, part.head);
    for (int t = 0; t < part.tokens; t++) {
      int at = t * keyRow;
      norm.gradient(q, qOffset + at, norms[normOffset + t], dq, at);
      System.arraycopy(dq, at, this.q, to + t * step, size);
    }
    to = keyAt(part.example, part.token * n, n, part.head);
    for (int i = 0; i < part.tokens * n; i++) {
      int at = i * keyRow;
      norm.gradient(k, kOffset + at, norms[normOffset + part.tokens + i], dk, at);
      System.arraycopy(dk, at, this.k, to + i * step, size);
    }
  }
}
