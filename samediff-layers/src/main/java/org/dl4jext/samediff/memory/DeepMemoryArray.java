package org.dl4jext.samediff.memory;

import static org.dl4jext.samediff.memory.HeadArrays.addPart;
import static org.dl4jext.samediff.memory.HeadArrays.dot;
import static org.dl4jext.samediff.memory.HeadArrays.part;
import static org.dl4jext.samediff.memory.HeadArrays.product;
import static org.dl4jext.samediff.memory.HeadArrays.scale;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Erf;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The deep memories; {@link DeepMemoryReference} is the slow form and has the formulas. Vectors are
 * rows [R,1,S], so that every product is one batched matrix product.
 */
final class DeepMemoryArray implements ArrayMemory {

  private static final double SQRT_HALF = Math.sqrt(0.5);
  private static final double PEAK = 1 / Math.sqrt(2 * Math.PI);

  private final boolean titans;
  private final long keySize;
  private final long valueSize;
  private final long deepSize;
  private final long weights;

  DeepMemoryArray(BaseMemory kind, int keySize, int valueSize, int deepSize) {
    this.titans = kind == BaseMemory.TITANS;
    this.keySize = keySize;
    this.valueSize = valueSize;
    this.deepSize = deepSize;
    weights = (long) deepSize * (keySize + valueSize);
  }

  private INDArray first(INDArray m, long offset) {
    return part(m, offset, m.size(0), deepSize, keySize);
  }

  private INDArray second(INDArray m, long offset) {
    return part(m, offset + deepSize * keySize, m.size(0), valueSize, deepSize);
  }

  private static INDArray row(INDArray x) {
    return x.dup('c').reshape('c', x.size(0), 1, x.size(1));
  }

  private static INDArray flat(INDArray x) {
    return x.dup('c').reshape('c', x.size(0), x.length() / x.size(0));
  }

  private static INDArray cumulative(INDArray z) {
    INDArray erf = Nd4j.exec(new Erf(z.mul(SQRT_HALF)));
    return erf.addi(1).muli(0.5);
  }

  private static INDArray density(INDArray z) {
    return Transforms.exp(z.mul(z).muli(-0.5), false).muli(PEAK);
  }

  private static INDArray gelu(INDArray z) {
    return cumulative(z).muli(z);
  }

  private static INDArray slope(INDArray z) {
    return cumulative(z).addi(density(z).muli(z));
  }

  private static INDArray curvature(INDArray z) {
    return z.mul(z).rsubi(2).muli(density(z));
  }

  /** What a write computes from the weights before it. */
  private final class Step {
    final INDArray w2;
    final INDArray k;
    final INDArray z;
    final INDArray h;
    final INDArray e;
    final INDArray c;
    final INDArray p;

    Step(INDArray m, Tokens x) {
      w2 = second(m, 0);
      k = row(x.k());
      z = product(k, false, first(m, 0), true);
      h = gelu(z);
      INDArray v = row(x.v());
      e = titans ? v.subi(product(h, false, w2, true)).muli(2) : v;
      c = product(e, w2);
      p = c.mul(slope(z));
    }
  }

  @Override
  public INDArray write(INDArray m, Tokens x) {
    Step s = new Step(m, x);
    INDArray descent =
        Nd4j.concat(1, flat(product(s.p, true, s.k, false)), flat(product(s.e, true, s.h, false)));
    INDArray added = scale(descent, x.scalars().get(0));
    if (titans) {
      added.addi(scale(part(m, weights, m.size(0), weights), x.scalars().get(2)));
    }
    INDArray after = scale(part(m, 0, m.size(0), weights), x.scalars().get(1)).addi(added);
    return titans ? Nd4j.concat(1, after, added) : after;
  }

  @Override
  public INDArray writeBackward(INDArray m, Tokens x, INDArray after, Tokens d) {
    Step s = new Step(m, x);
    long rows = m.size(0);
    INDArray dWeights = part(after, 0, rows, weights);
    d.scalars().get(1).addi(dot(dWeights, part(m, 0, rows, weights)));
    INDArray dAdded = dWeights.dup('c');
    if (titans) {
      dAdded.addi(part(after, weights, rows, weights));
      d.scalars().get(2).addi(dot(dAdded, part(m, weights, rows, weights)));
    }
    INDArray before = scale(dWeights, x.scalars().get(1));
    INDArray descent =
        Nd4j.concat(1, flat(product(s.p, true, s.k, false)), flat(product(s.e, true, s.h, false)));
    d.scalars().get(0).addi(dot(dAdded, descent));
    INDArray dDescent = scale(dAdded.dup('c'), x.scalars().get(0));
    INDArray d1 = first(dDescent, 0);
    INDArray d2 = second(dDescent, 0);
    INDArray dp = product(s.k, false, d1, true);
    d.k().addi(flat(product(s.p, d1)));
    INDArray de = product(s.h, false, d2, true);
    INDArray dh = product(s.e, d2);
    INDArray dc = dp.mul(slope(s.z));
    INDArray dz = dp.mul(s.c).muli(curvature(s.z));
    addPart(before, deepSize * keySize, product(s.e, true, dc, false));
    de.addi(product(dc, false, s.w2, true));
    if (titans) {
      de.muli(2);
      addPart(before, deepSize * keySize, product(de, true, s.h, false).negi());
      dh.subi(product(de, s.w2));
    }
    d.v().addi(flat(de));
    dz.addi(dh.mul(slope(s.z)));
    addPart(before, 0, product(dz, true, s.k, false));
    d.k().addi(flat(product(dz, first(m, 0))));
    return titans ? Nd4j.concat(1, before, scale(dAdded, x.scalars().get(2))) : before;
  }

  @Override
  public INDArray read(INDArray m, INDArray q) {
    INDArray h = gelu(product(q, false, first(m, 0), true));
    return product(h, false, second(m, 0), true);
  }

  @Override
  public INDArray readBackward(INDArray m, INDArray q, INDArray d, INDArray dm) {
    INDArray z = product(q, false, first(m, 0), true);
    addPart(dm, deepSize * keySize, product(d, true, gelu(z), false));
    INDArray dz = product(d, second(m, 0)).muli(slope(z));
    addPart(dm, 0, product(dz, true, q, false));
    return product(dz, first(m, 0));
  }
}
