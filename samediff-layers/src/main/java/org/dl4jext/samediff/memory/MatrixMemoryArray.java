package org.dl4jext.samediff.memory;

import static org.dl4jext.samediff.memory.HeadArrays.addPart;
import static org.dl4jext.samediff.memory.HeadArrays.dot;
import static org.dl4jext.samediff.memory.HeadArrays.part;
import static org.dl4jext.samediff.memory.HeadArrays.product;
import static org.dl4jext.samediff.memory.HeadArrays.scale;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The memories that are linear in their state; {@link MatrixMemoryReference} is the slow form. */
final class MatrixMemoryArray implements ArrayMemory {

  private final BaseMemory kind;
  private final long keySize;
  private final long valueSize;

  MatrixMemoryArray(BaseMemory kind, int keySize, int valueSize) {
    this.kind = kind;
    this.keySize = keySize;
    this.valueSize = valueSize;
  }

  private INDArray matrix(INDArray m) {
    return part(m, 0, m.size(0), valueSize, keySize);
  }

  private static INDArray asColumn(INDArray x) {
    return x.dup('c').reshape('c', x.size(0), x.size(1), 1);
  }

  private static INDArray flat(INDArray x) {
    return x.reshape('c', x.size(0), x.length() / x.size(0));
  }

  /** v k' for each row. */
  private static INDArray outer(INDArray v, INDArray k) {
    return product(asColumn(v), false, asColumn(k), true);
  }

  /** M k for each row. */
  private static INDArray times(INDArray m, INDArray k) {
    return flat(product(m, asColumn(k)));
  }

  private static INDArray transposedTimes(INDArray m, INDArray v) {
    return flat(product(m, true, asColumn(v), false));
  }

  private boolean erases() {
    return kind == BaseMemory.DELTA || kind == BaseMemory.GATED_DELTA;
  }

  /** Factors on the memories before [R], null for none. */
  private INDArray decay(Tokens x) {
    return switch (kind) {
      case GATED_DELTA -> Transforms.exp(x.scalars().get(0), true);
      case SWLA -> x.scalars().get(0);
      default -> null;
    };
  }

  private INDArray strength(Tokens x) {
    return x.scalars().get(x.scalars().size() - 1);
  }

  private INDArray weighted(Tokens x, INDArray e) {
    return kind == BaseMemory.LINEAR ? e : scale(e.dup('c'), strength(x));
  }

  private INDArray decayed(INDArray m, Tokens x) {
    INDArray decay = decay(x);
    return decay == null ? matrix(m) : scale(matrix(m), decay);
  }

  private INDArray keyBefore(INDArray m) {
    return part(m, keySize * valueSize, m.size(0), keySize);
  }

  private INDArray valueBefore(INDArray m) {
    return part(m, keySize * valueSize + keySize, m.size(0), valueSize);
  }

  @Override
  public INDArray write(INDArray m, Tokens x) {
    INDArray after = decayed(m, x);
    INDArray e = erases() ? x.v().sub(times(after, x.k())) : x.v();
    after.addi(outer(weighted(x, e), x.k()));
    if (kind != BaseMemory.SWLA) {
      return flat(after);
    }
    INDArray before = scale(valueBefore(m), x.scalars().get(1));
    after.addi(outer(before, keyBefore(m)));
    return Nd4j.concat(1, flat(after), x.k(), x.v());
  }

  @Override
  public INDArray writeBackward(INDArray m, Tokens x, INDArray after, Tokens d) {
    INDArray decayed = decayed(m, x);
    INDArray e = erases() ? x.v().sub(times(decayed, x.k())) : x.v();
    INDArray dAfter = matrix(after);
    INDArray w = times(dAfter, x.k());
    INDArray dv = weighted(x, w);
    d.k().addi(transposedTimes(dAfter, weighted(x, e)));
    d.v().addi(dv);
    INDArray dBefore = dAfter.dup('c');
    if (erases()) {
      d.k().subi(transposedTimes(decayed, dv));
      dBefore.subi(outer(dv, x.k()));
    }
    if (kind != BaseMemory.LINEAR) {
      d.scalars().get(d.scalars().size() - 1).addi(dot(w, e));
    }
    INDArray carry = kind == BaseMemory.SWLA ? carryBackward(m, x, after, d) : null;
    if (decay(x) != null) {
      INDArray dDecay = dot(dBefore, matrix(m));
      d.scalars().get(0).addi(kind == BaseMemory.GATED_DELTA ? dDecay.muli(decay(x)) : dDecay);
      scale(dBefore, decay(x));
    }
    return carry == null ? flat(dBefore) : Nd4j.concat(1, flat(dBefore), carry);
  }

  /** The gradient of the token before, as it stands behind the matrix. */
  private INDArray carryBackward(INDArray m, Tokens x, INDArray after, Tokens d) {
    INDArray dAfter = matrix(after);
    INDArray w = times(dAfter, keyBefore(m));
    d.scalars().get(1).addi(dot(w, valueBefore(m)));
    d.k().addi(keyBefore(after));
    d.v().addi(valueBefore(after));
    INDArray dk = transposedTimes(dAfter, valueBefore(m));
    return scale(Nd4j.concat(1, dk, w), x.scalars().get(1));
  }

  @Override
  public INDArray read(INDArray m, INDArray q) {
    return product(q, false, matrix(m), true);
  }

  @Override
  public INDArray readBackward(INDArray m, INDArray q, INDArray d, INDArray dm) {
    addPart(dm, 0, product(d, true, q, false));
    return product(d, matrix(m));
  }
}
