package org.dl4jext.zoo.memory;

import java.util.List;
import java.util.Map;
import org.dl4jext.recurrent.GraphDefinition;
import org.dl4jext.recurrent.ParameterFill;
import org.dl4jext.recurrent.SequenceLayer;
import org.dl4jext.samediff.TensorShape;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Causal softmax attention with the key of each step taken from the step before: the baseline of
 * the recall runs, which has all of the past at every step.
 *
 * <pre>
 *   y_t = Wo' sum over j up to t of softmax_j(q_t . k_(j-1)) v_j,     |q| = 1, |k| = s
 * </pre>
 *
 * <p>s is a learned factor that starts at 5. It holds T x T scores and cannot step.
 */
public class CausalAttention extends SequenceLayer<CausalAttentionSpec> {

  private static final long serialVersionUID = 1L;
  private static final double SHARPNESS = 5;
  private static final double EPS = 1e-6;
  private static final double NEVER = -1e9;

  /** For JSON. */
  protected CausalAttention() {}

  protected CausalAttention(Builder builder) {
    super(builder);
  }

  @Override
  public List<TensorShape> parameters(long nIn, long nOut) {
    int keys = getSpec().keySize();
    int values = getSpec().valueSize();
    return List.of(
        TensorShape.weight("Wq", nIn, keys),
        TensorShape.weight("Wk", nIn, keys),
        TensorShape.weight("Wv", nIn, values),
        TensorShape.bias("s", 1),
        TensorShape.weight("Wo", values, nOut));
  }

  @Override
  public List<TensorShape> states(long nIn, long nOut) {
    return List.of();
  }

  @Override
  public boolean canStep() {
    return false;
  }

  @Override
  public void initializeParameter(TensorShape parameter, INDArray view) {
    if (parameter.name().equals("s")) {
      view.assign(SHARPNESS);
    } else {
      ParameterFill.uniform(view, 1 / Math.sqrt(fanIn(parameter)));
    }
  }

  @Override
  protected GraphDefinition.Outputs defineGraph(GraphDefinition.Inputs in) {
    SameDiff sd = in.sd();
    int steps = (int) in.steps();
    SDVariable rows = in.x().reshape(-1, getNIn()); // [N*T,nIn]
    SDVariable q = unit(sd, rows.mmul(in.parameters().get("Wq")), steps); // [N,T,K]
    SDVariable k = unit(sd, rows.mmul(in.parameters().get("Wk")), steps);
    SDVariable v = rows.mmul(in.parameters().get("Wv")).reshape(-1, steps, getSpec().valueSize());
    SDVariable scores = sd.mmul(q, k, false, true, false); // [N,T,T]
    scores = scores.mul(in.parameters().get("s")).add(sd.constant("past", past(steps, in)));
    SDVariable read = sd.mmul(sd.nn.softmax(scores, 2), shifted(sd, v, steps));
    SDVariable y = read.reshape(-1, getSpec().valueSize()).mmul(in.parameters().get("Wo"));
    return new GraphDefinition.Outputs(y.reshape(-1, steps, getNOut()), Map.of(), null);
  }

  /** Rows of length 1 by step. */
  private SDVariable unit(SameDiff sd, SDVariable x, int steps) {
    SDVariable length = sd.math.sqrt(x.mul(x).sum(true, 1).add(EPS)); // [N*T,1]
    return x.div(length).reshape(-1, steps, getSpec().keySize());
  }

  /** The value that follows each key: that of the next step. */
  private static SDVariable shifted(SameDiff sd, SDVariable v, int steps) {
    SDVariable[] byStep = sd.unstack(v, 1, steps);
    SDVariable[] next = new SDVariable[steps];
    System.arraycopy(byStep, 1, next, 0, steps - 1);
    next[steps - 1] = byStep[steps - 1].mul(0);
    return sd.stack(1, next);
  }

  /**
   * The key of step j stands for the pair that ends at step j + 1, so steps from there on see it.
   */
  private static INDArray past(int steps, GraphDefinition.Inputs in) {
    INDArray past = Nd4j.zeros(1, steps, steps).addi(NEVER);
    for (int t = 0; t < steps; t++) {
      for (int j = 0; j < Math.max(t, 1); j++) {
        past.putScalar(new int[] {0, t, j}, 0);
      }
    }
    return past.castTo(in.x().dataType());
  }

  /** Builds a {@link CausalAttention}. */
  @SuppressWarnings("unchecked") // of the generic build() that DL4J declares
  public static class Builder extends SequenceLayer.Builder<Builder, CausalAttentionSpec> {

    @Override
    public Builder spec(CausalAttentionSpec spec) {
      return super.spec(spec);
    }

    @Override
    protected CausalAttentionSpec defaultSpec(long nIn, long nOut) {
      return new CausalAttentionSpec(Math.toIntExact(nOut), Math.toIntExact(nOut));
    }

    @Override
    public CausalAttention build() {
      return new CausalAttention(this);
    }
  }
}
