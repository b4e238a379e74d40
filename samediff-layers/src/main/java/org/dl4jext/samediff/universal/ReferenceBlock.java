package org.dl4jext.samediff.universal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The block of one step for one example: attention, perhaps attention to a memory, and the
 * transition, each a {@link ReferenceSublayer}.
 */
final class ReferenceBlock {

  private final UniversalLayout layout;
  private final UniversalSpec spec;
  private final ReferenceParameters parameters;
  private final UniversalPass pass;
  private final ExampleRows rows;
  private final int step;
  private final int cached;
  private final ReferenceAttention self;
  private final ReferenceAttention toMemory;
  private final List<ReferenceSublayer> sublayers = new ArrayList<>();

  /**
   * The block of a step.
   *
   * @param memory valid rows of the memory; null for none
   * @param earlier keys and values of earlier positions
   */
  ReferenceBlock(
      UniversalLayout layout,
      ReferenceParameters parameters,
      UniversalPass pass,
      ExampleRows rows,
      double[][] memory,
      double[][][] earlier,
      int step) {
    this.layout = layout;
    spec = layout.spec();
    this.parameters = parameters;
    this.pass = pass;
    this.rows = rows;
    this.step = step;
    cached = earlier[0].length;
    double[][] bias = bias();
    self = attention("W", UniversalDropout.SELF, null, earlier, bias);
    add(self, "ln1", UniversalDropout.SELF);
    if (memory == null) {
      toMemory = null;
    } else {
      bias = new double[rows.size()][memory.length];
      toMemory = attention("M", UniversalDropout.MEMORY, memory, new double[2][0][], bias);
      add(toMemory, "lnm", UniversalDropout.MEMORY);
    }
    double[][] drop = new double[rows.size()][layout.innerSize()];
    for (int i = 0; i < drop.length; i++) {
      for (int j = 0; j < drop[i].length; j++) {
        drop[i][j] = pass.dropout().transition(step, pass.dense(rows, i), j);
      }
    }
    add(new ReferenceTransition(parameters, drop), "ln2", UniversalDropout.TRANSITION);
  }

  private ReferenceAttention attention(
      String prefix, int branch, double[][] memory, double[][][] earlier, double[][] bias) {
    int keys = memory == null ? cached + rows.size() : memory.length;
    double[][][] drop = new double[spec.heads()][rows.size()][keys];
    for (int h = 0; h < drop.length; h++) {
      for (int i = 0; i < rows.size(); i++) {
        for (int j = 0; j < keys; j++) {
          drop[h][i][j] = pass.dropout().attention(branch, step, h, pass.dense(rows, i), j);
        }
      }
    }
    return new ReferenceAttention(parameters, prefix, spec.heads(), memory, earlier, bias, drop);
  }

  private void add(ReferenceBranch branch, String norm, int kind) {
    double[][] drop = new double[rows.size()][layout.width()];
    for (int i = 0; i < drop.length; i++) {
      for (int j = 0; j < drop[i].length; j++) {
        drop[i][j] = pass.dropout().residual(kind, step, pass.dense(rows, i), j);
      }
    }
    boolean pre = spec.norm() == NormPlacement.PRE;
    ReferenceNorm layerNorm = new ReferenceNorm(parameters, norm, spec.layerNormEpsilon());
    sublayers.add(new ReferenceSublayer(branch, layerNorm, pre, drop));
  }

  private double[][] bias() {
    double[][] bias = new double[rows.size()][cached + rows.size()];
    for (int i = 0; i < bias.length; i++) {
      for (int j = 0; j < bias[i].length; j++) {
        boolean future = spec.causal() && j > cached + i;
        boolean past = j < rows.firstKey(i, spec.window());
        boolean masked = j >= cached && !rows.key()[j - cached];
        bias[i][j] =
            (future || past ? ReferenceAttention.HIDDEN : 0)
                + (masked ? ReferenceAttention.HIDDEN : 0);
      }
    }
    return bias;
  }

  /** The state after the step. */
  double[][] forward(double[][] s) {
    double[][] z = s;
    for (ReferenceSublayer sublayer : sublayers) {
      z = sublayer.forward(z);
    }
    return z;
  }

  /** Keys (0) or values (1) that the next call may need. */
  double[][] carried(int kind) {
    double[][] all = kind == 0 ? self.keys : self.values;
    return Arrays.copyOfRange(all, Math.max(0, all.length - spec.window()), all.length);
  }

  /**
   * The gradient of the state before the step; adds to those of the parameters.
   *
   * @param ofCarried gradients of the last keys and values
   */
  double[][] backward(double[][] dAfter, double[][][] ofCarried) {
    double[][][] begun = new double[2][self.keys.length][layout.width()];
    for (int kind = 0; kind < 2; kind++) {
      int from = self.keys.length - ofCarried[kind].length;
      for (int j = 0; j < ofCarried[kind].length; j++) {
        begun[kind][from + j] = ofCarried[kind][j].clone();
      }
    }
    self.beginBackward(begun[0], begun[1]);
    if (toMemory != null) {
      double[][][] none = new double[2][toMemory.keys.length][layout.width()];
      toMemory.beginBackward(none[0], none[1]);
    }
    double[][] ds = dAfter;
    for (int i = sublayers.size() - 1; i >= 0; i--) {
      ds = sublayers.get(i).backward(ds);
    }
    return ds;
  }

  /** Gradients of the earlier keys (0) or values (1). */
  double[][] earlierGradient(int kind) {
    return Arrays.copyOf(kind == 0 ? self.keyGradients : self.valueGradients, cached);
  }

  /** What this step adds to the gradient of the memory. */
  double[][] memoryGradient() {
    return toMemory.memoryGradient;
  }
}
