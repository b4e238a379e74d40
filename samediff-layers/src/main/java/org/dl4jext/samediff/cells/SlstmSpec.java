package org.dl4jext.samediff.cells;

import org.dl4jext.samediff.Spec;

/**
 * Options of the stabilised sLSTM.
 *
 * @param heads number of diagonal blocks of the recurrent matrix
 * @param depth place of the layer in its network, from 0 (first) to 1 (last): sets how the forget
 *     gate's bias spreads over a head
 */
public record SlstmSpec(int heads, double depth) implements CellSpec, Spec<SlstmSpec> {

  public SlstmSpec {
    CellSpec.requireHeads("SlstmSpec", heads);
    if (!(depth >= 0 && depth <= 1)) {
      throw new IllegalArgumentException("SlstmSpec: depth is " + depth + "; allowed: 0 to 1");
    }
  }

  /** A first layer. */
  public static SlstmSpec ofHeads(int heads) {
    return new SlstmSpec(heads, 0);
  }

  public SlstmSpec withHeads(int heads) {
    return with("heads", heads);
  }

  public SlstmSpec withDepth(double depth) {
    return with("depth", depth);
  }

  @Override
  public CellKind kind() {
    return CellKind.SLSTM;
  }

  /** 5 - 12 (d/(D-1))^(0.3 + 1.3 depth): some elements forget at once, some hardly ever. */
  @Override
  public double forgetBias(int d, int size) {
    double place = size == 1 ? 0 : d / (size - 1.0);
    return 5 - 12 * Math.pow(place, 0.3 + 1.3 * depth);
  }
}
