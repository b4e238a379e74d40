package org.dl4jext.samediff.delta;

import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatHostView;
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

  private final FloatHostView q;
  private final FloatHostView k;
  private final FloatHostView v;
  private final FloatHostView o;
  private float[] beta;
  private float[] g;
  private float[] dBeta;
  private float[] dg;

  FloatDeltaRulePort(FloatBlocks blocks, FloatHostArrays host, FloatKeyNorm norm, float scale) {
    q = new FloatHostView(host);
    k = new FloatHostView(host);
    v = new FloatHostView(host);
    o = new FloatHostView(host);
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
    long steps = (long) now.batch() * now.rows() * now.valueHeads();
    beta = FloatHostArrays.ensure(beta, steps);
    dBeta = FloatHostArrays.ensure(dBeta, steps);
    g = FloatHostArrays.ensure(g, gates ? steps / n : 0);
    dg = FloatHostArrays.ensure(dg, gates ? steps / n : 0);
  }

  private long keys() {
    return (long) sizes.batch() * sizes.rows() * sizes.heads() * sizes.keySize();
  }

  private long values() {
    return (long) sizes.batch() * sizes.rows() * sizes.valueHeads() * sizes.valueSize();
  }

  /** Before a forward pass. */
  void openForward(FloatHostArrays host, INDArray[] inputs, INDArray output) {
    q.openInput(inputs[DeltaRuleSizes.Q], keys() / n, sizes.keySize());
    k.openInput(inputs[DeltaRuleSizes.K], keys(), sizes.keySize());
    v.openInput(inputs[DeltaRuleSizes.V], values(), sizes.valueSize());
    o.openOutput(output, values() / n, sizes.valueSize());
    host.read(inputs[DeltaRuleSizes.BETA], beta, 0);
    if (gated) {
      host.read(inputs[DeltaRuleSizes.G], g, 0);
    }
  }

  /** Before a backward pass: q, k and v now stand for gradients. */
  void openBackward(INDArray outputGradient, INDArray[] gradients) {
    q.openOutput(gradients[DeltaRuleSizes.Q], keys() / n, sizes.keySize());
    k.openOutput(gradients[DeltaRuleSizes.K], keys(), sizes.keySize());
    v.openOutput(gradients[DeltaRuleSizes.V], values(), sizes.valueSize());
    o.openInput(outputGradient, values() / n, sizes.valueSize());
  }

  /** After a pass. */
  void close() {
    q.close();
    k.close();
    v.close();
    o.close();
  }

  void writeScalarGradients(FloatHostArrays host, INDArray[] gradients) {
    if (gradients[DeltaRuleSizes.BETA] != null) {
      host.write(dBeta, 0, gradients[DeltaRuleSizes.BETA]);
    }
    if (gradients[DeltaRuleSizes.G] != null) {
      host.write(dg, 0, gradients[DeltaRuleSizes.G]);
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
      this.q.get(from + t * step, q, to, size);
      norms[normOffset + t] = norm.apply(q, to);
    }
    from = keyAt(part.example, part.token * n, n, part.head);
    for (int i = 0; i < part.tokens * n; i++) {
      int to = kOffset + i * keyRow;
      this.k.get(from + i * step, k, to, size);
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
      this.v.get(at * size, v, vOffset + i * valueRow, size);
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
    blocks.scale(part.tokens * valueRow, scale, o, oOffset, o, oOffset);
    for (int t = 0; t < part.tokens; t++) {
      this.o.put((to + t * sizes.valueHeads()) * size, o, oOffset + t * valueRow, size);
    }
  }

  @Override
  public void loadReadGradients(Part part, float[] dO) {
    int size = sizes.valueSize();
    int from = valueAt(part.example, part.token, 1, part.head);
    for (int t = 0; t < part.tokens; t++) {
      o.get((from + t * sizes.valueHeads()) * size, dO, t * valueRow, size);
    }
    blocks.scale(part.tokens * valueRow, scale, dO, 0, dO, 0);
  }

  @Override
  public void storeValueGradients(
      Part part, float[] dv, float[] beta, int betaOffset, float[] dBeta, float[] dg) {
    int size = sizes.valueSize();
    int heads = sizes.valueHeads();
    int to = valueAt(part.example, part.token * n, n, part.head);
    for (int i = 0; i < part.tokens * n; i++) {
      int at = to + i * heads;
      v.put(at * size, dv, i * valueRow, size);
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
      this.q.put(to + t * step, dq, at, size);
    }
    to = keyAt(part.example, part.token * n, n, part.head);
    for (int i = 0; i < part.tokens * n; i++) {
      int at = i * keyRow;
      norm.gradient(k, kOffset + at, norms[normOffset + part.tokens + i], dk, at);
      this.k.put(to + i * step, dk, at, size);
    }
  }
}
