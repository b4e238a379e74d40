package org.dl4jext.samediff.cells;

import org.dl4jext.samediff.Spec;

/**
 * Options of the GRU with the reset gate applied after the recurrent product.
 *
 * @param heads number of diagonal blocks of R
 */
public record GruSpec(int heads) implements CellSpec, Spec<GruSpec> {

  public GruSpec {
    CellSpec.requireHeads("GruSpec", heads);
  }

  /** The classical cell: one head. */
  public static GruSpec classic() {
    return new GruSpec(1);
  }

  public GruSpec withHeads(int heads) {
    return with("heads", heads);
  }

  @Override
  public CellKind kind() {
    return CellKind.GRU;
  }
}
