package org.dl4jext.samediff.cells;

import org.dl4jext.samediff.Spec;

/**
 * Options of the Elman network y = activation(W x + R y + b).
 *
 * @param heads number of diagonal blocks of R
 * @param activation of the whole sum; usually TANH
 */
public record ElmanSpec(int heads, CellActivation activation) implements CellSpec, Spec<ElmanSpec> {

  public ElmanSpec {
    CellSpec.requireHeads("ElmanSpec", heads);
    if (activation == null) {
      throw new IllegalArgumentException("ElmanSpec: activation is null");
    }
  }

  /** The classical network: one head, tanh. */
  public static ElmanSpec classic() {
    return new ElmanSpec(1, CellActivation.TANH);
  }

  public ElmanSpec withHeads(int heads) {
    return with("heads", heads);
  }

  public ElmanSpec withActivation(CellActivation activation) {
    return with("activation", activation);
  }

  @Override
  public CellKind kind() {
    return CellKind.ELMAN;
  }
}
