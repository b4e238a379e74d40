package org.dl4jext.samediff.delta;

import org.dl4jext.samediff.Views;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * From the columns of the projection to what the recurrence reads, on packed rows: activation and
 * norm of q, k and v, beta and the decay.
 */
final class DeltaHeadsArray {

  private final DeltaLayout layout;
  private final DeltaSpec spec;
  private final Arena arena;
  private final ActivationArray[] activations;
  private final DeltaRowNorm[] norms;
  private INDArray beta;
  private INDArray rate;
  private INDArray forgetInput;
  private INDArray decay;

  DeltaHeadsArray(DeltaLayout layout, Arena arena) {
    this.layout = layout;
    this.spec = layout.spec();
    this.arena = arena;
    Activation qk = spec.queryKeyActivation();
    activations =
        new ActivationArray[] {
          new ActivationArray(qk, arena),
          new ActivationArray(qk, arena),
          new ActivationArray(spec.valueActivation(), arena)
        };
    norms =
        new DeltaRowNorm[] {
          new DeltaRowNorm(spec.queryKeyNorm(), spec.queryKeyNormEps(), arena),
          new DeltaRowNorm(spec.queryKeyNorm(), spec.queryKeyNormEps(), arena)
        };
  }

  /** First column of q, k, v and of what follows them. */
  private int column(int part) {
    return switch (part) {
      case DeltaRuleSizes.Q -> 0;
      case DeltaRuleSizes.K -> layout.keyColumn();
      case DeltaRuleSizes.V -> layout.valueColumn();
      default -> layout.channels();
    };
  }

  /**
   * q, k, v, beta and g (or null), each [R,columns].
   *
   * @param convolved [R,C]
   * @param projected [R,F]
   * @param a A [HV] or null
   * @param dt [HV] or null
   */
  INDArray[] forward(INDArray convolved, INDArray projected, INDArray a, INDArray dt) {
    long rows = projected.size(0);
    INDArray[] parts = new INDArray[DeltaRuleSizes.G + 1];
    for (int i = 0; i < activations.length; i++) {
      INDArray y = activations[i].forward(columns(convolved, column(i), column(i + 1)));
      if (i < norms.length) {
        y = norms[i].forward(keyRows(y)).reshape('c', y.shape());
      }
      parts[i] = y;
    }
    if (spec.learnedBeta()) {
      beta = arena.sigmoid(columns(projected, layout.betaColumn(), layout.forgetColumn()));
      parts[DeltaRuleSizes.BETA] = arena.copy(beta).muli(spec.betaScale());
    } else {
      parts[DeltaRuleSizes.BETA] =
          arena
              .empty(rows, (long) spec.householders() * spec.valueHeads())
              .assign(spec.betaScale());
    }
    if (spec.forgetGate()) {
      rate = arena.exp(a).negi().reshape(1, spec.valueHeads());
      forgetInput = arena.copy(columns(projected, layout.forgetColumn(), layout.gateColumn()));
      Arena.plusInto(forgetInput, dt.reshape(1, spec.valueHeads()), forgetInput);
      decay = softplus(forgetInput);
      Arena.timesInto(decay, rate, decay);
      parts[DeltaRuleSizes.G] = decay;
    }
    return parts;
  }

  /**
   * Differentiates.
   *
   * @param d gradients of q, k, v, beta and g, each [R,columns]; may be overwritten
   * @param dConvolved [R,C], overwritten
   * @param dProjected [R,F], whose columns of beta and decay are overwritten
   * @return the gradients of A and dt [HV], or null without forget gate
   */
  INDArray[] backward(Arena to, INDArray[] d, INDArray dConvolved, INDArray dProjected) {
    for (int i = 0; i < activations.length; i++) {
      if (i < norms.length) {
        norms[i].backward(to, keyRows(d[i]));
      }
      columns(dConvolved, column(i), column(i + 1)).assign(activations[i].backward(to, d[i]));
    }
    if (spec.learnedBeta()) {
      INDArray slope = to.times(beta, beta);
      Arena.minusInto(beta, slope, slope);
      slope.muli(d[DeltaRuleSizes.BETA]).muli(spec.betaScale());
      columns(dProjected, layout.betaColumn(), layout.forgetColumn()).assign(slope);
    }
    if (!spec.forgetGate()) {
      return null;
    }
    INDArray dg = d[DeltaRuleSizes.G];
    INDArray dRate = to.sum(to.times(dg, decay), 0);
    INDArray da = to.sigmoid(forgetInput).muli(dg);
    Arena.timesInto(da, rate, da);
    columns(dProjected, layout.forgetColumn(), layout.gateColumn()).assign(da);
    return new INDArray[] {dRate, to.sum(da, 0)};
  }

  /** log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)). */
  private INDArray softplus(INDArray x) {
    INDArray small = Transforms.exp(Transforms.abs(arena.copy(x), false).negi(), false);
    Transforms.log1p(small, false);
    return Transforms.max(arena.copy(x), 0, false).addi(small);
  }

  private INDArray keyRows(INDArray x) {
    return x.reshape('c', x.length() / spec.keySize(), spec.keySize());
  }

  static INDArray columns(INDArray x, int from, int to) {
    return Views.cut(x, 1, from, to);
  }
}
