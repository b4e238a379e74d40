package org.dl4jext.samediff.cells;

import static org.dl4jext.samediff.cells.ArrayActivation.slopeAt;
import static org.dl4jext.samediff.cells.ArrayActivation.value;
import static org.dl4jext.samediff.cells.CellActivation.SIGMOID;
import static org.dl4jext.samediff.cells.CellActivation.TANH;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@link ParaStep} by array operations on rows [R,n]; each row of A and C is [1,n]. States are h,
 * and c of the LSTM.
 */
sealed interface ArrayParaCell {

  static ArrayParaCell of(ParaKind kind, INDArray[] w) {
    return switch (kind) {
      case GRU -> new Gru(w);
      case LSTM -> new Lstm(w);
    };
  }

  /** The states after the step. */
  INDArray[] forward(INDArray[] p, INDArray[] before);

  /** The Jacobian [after][before], with the output gate at {@code now}. */
  INDArray[][] jacobian(INDArray[] p, INDArray[] before, INDArray[] now);

  /**
   * Gradients of p.
   *
   * @param dAfter gradients of the states after the step
   * @param dw overwritten by the gradients of the rows of A and C
   */
  INDArray[] backward(INDArray[] p, INDArray[] before, INDArray[] dAfter, INDArray[] dw);

  private static INDArray sum(INDArray rows) {
    return rows.sum(true, 0);
  }

  /** act(w h + p). */
  private static INDArray gate(CellActivation act, INDArray w, INDArray h, INDArray p) {
    return value(act, h.mulRowVector(w).addi(p));
  }

  /** {@link ParaGruStep}. */
  record Gru(INDArray[] w) implements ArrayParaCell {

    private INDArray candidate(INDArray[] p, INDArray h, INDArray r) {
      return gate(TANH, w[2], h.mul(r), p[2]);
    }

    @Override
    public INDArray[] forward(INDArray[] p, INDArray[] before) {
      INDArray h = before[0];
      INDArray z = gate(SIGMOID, w[0], h, p[0]);
      INDArray r = gate(SIGMOID, w[1], h, p[1]);
      return new INDArray[] {candidate(p, h, r).subi(h).muli(z).addi(h)};
    }

    @Override
    public INDArray[][] jacobian(INDArray[] p, INDArray[] before, INDArray[] now) {
      INDArray h = before[0];
      INDArray z = gate(SIGMOID, w[0], h, p[0]);
      INDArray r = gate(SIGMOID, w[1], h, p[1]);
      INDArray c = candidate(p, h, r);
      INDArray throughZ = c.sub(h).muli(slopeAt(SIGMOID, z)).muliRowVector(w[0]);
      INDArray inner = slopeAt(SIGMOID, r).muli(h).muliRowVector(w[1]).addi(r);
      INDArray throughC = slopeAt(TANH, c).muli(z).muliRowVector(w[2]).muli(inner);
      return new INDArray[][] {{throughZ.addi(throughC).subi(z).addi(1)}};
    }

    @Override
    public INDArray[] backward(INDArray[] p, INDArray[] before, INDArray[] dAfter, INDArray[] dw) {
      INDArray h = before[0];
      INDArray z = gate(SIGMOID, w[0], h, p[0]);
      INDArray r = gate(SIGMOID, w[1], h, p[1]);
      INDArray c = candidate(p, h, r);
      INDArray dz = c.sub(h).muli(slopeAt(SIGMOID, z)).muli(dAfter[0]);
      INDArray dc = slopeAt(TANH, c).muli(z).muli(dAfter[0]);
      INDArray dr = dc.mulRowVector(w[2]).muli(h).muli(slopeAt(SIGMOID, r));
      dw[0] = sum(dz.mul(h));
      dw[1] = sum(dr.mul(h));
      dw[2] = sum(dc.mul(h).muli(r));
      return new INDArray[] {dz, dr, dc};
    }
  }

  /** {@link ParaLstmStep}. */
  record Lstm(INDArray[] w) implements ArrayParaCell {

    private INDArray f(INDArray[] p, INDArray[] before) {
      return value(
          SIGMOID, before[0].mulRowVector(w[0]).addi(p[0]).addi(before[1].mulRowVector(w[3])));
    }

    private INDArray o(INDArray[] p, INDArray[] before, INDArray c) {
      return value(SIGMOID, before[0].mulRowVector(w[1]).addi(p[1]).addi(c.mulRowVector(w[4])));
    }

    private static INDArray c(INDArray f, INDArray z, INDArray before) {
      return before.sub(z).muli(f).addi(z);
    }

    @Override
    public INDArray[] forward(INDArray[] p, INDArray[] before) {
      INDArray c = c(f(p, before), gate(TANH, w[2], before[0], p[2]), before[1]);
      return new INDArray[] {o(p, before, c).muli(value(TANH, c)), c};
    }

    /** o (1 - tanh(c)^2) + o' C_o tanh(c): what reaches h through c. */
    private INDArray throughC(INDArray o, INDArray tanh) {
      return slopeAt(SIGMOID, o).muli(tanh).muliRowVector(w[4]).addi(slopeAt(TANH, tanh).muli(o));
    }

    @Override
    public INDArray[][] jacobian(INDArray[] p, INDArray[] before, INDArray[] now) {
      INDArray f = f(p, before);
      INDArray z = gate(TANH, w[2], before[0], p[2]);
      INDArray o = o(p, before, now[1]);
      INDArray tanh = value(TANH, now[1]);
      INDArray df = slopeAt(SIGMOID, f).muli(before[1].sub(z));
      INDArray cc = df.mulRowVector(w[3]).addi(f);
      INDArray ch =
          df.muliRowVector(w[0]).addi(slopeAt(TANH, z).muli(f.rsub(1)).muliRowVector(w[2]));
      INDArray through = throughC(o, tanh);
      INDArray hh = slopeAt(SIGMOID, o).muli(tanh).muliRowVector(w[1]).addi(ch.mul(through));
      return new INDArray[][] {{hh, through.muli(cc)}, {ch, cc}};
    }

    @Override
    public INDArray[] backward(INDArray[] p, INDArray[] before, INDArray[] dAfter, INDArray[] dw) {
      INDArray f = f(p, before);
      INDArray z = gate(TANH, w[2], before[0], p[2]);
      INDArray c = c(f, z, before[1]);
      INDArray o = o(p, before, c);
      INDArray tanh = value(TANH, c);
      INDArray dOut = slopeAt(SIGMOID, o).muli(tanh).muli(dAfter[0]);
      INDArray dc = throughC(o, tanh).muli(dAfter[0]).addi(dAfter[1]);
      INDArray df = slopeAt(SIGMOID, f).muli(before[1].sub(z)).muli(dc);
      INDArray dz = slopeAt(TANH, z).muli(f.rsub(1)).muli(dc);
      dw[0] = sum(df.mul(before[0]));
      dw[1] = sum(dOut.mul(before[0]));
      dw[2] = sum(dz.mul(before[0]));
      dw[3] = sum(df.mul(before[1]));
      dw[4] = sum(dOut.mul(c));
      return new INDArray[] {df, dOut, dz};
    }
  }
}
