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
 * Causal softmax attention with the key of each step taken from the valid step before: the baseline
 * of the recall runs, which has all of the past at every step.
 *
 * <pre>
 *   y_t = Wo' sum over j up to t of softmax_j(s q_t . k_(j-1)) v_j,     |q| = |k| = 1, k_(-1) = 0
 * </pre>
 *
 * <p>s is a learned factor that starts at 5. Masked steps are not attended to. It holds T x T
 * scores and cannot step.
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
    SDVariable valid = in.mask() == null ? in.x().sum(2).mul(0).add(1) : in.mask(); // [N,T]
    SDVariable rows = in.x().reshape(-1, getNIn()); // [N*T,nIn]
    SDVariable q = unit(sd, rows.mmul(in.parameters().get("Wq")), steps); // [N,T,K]
    SDVariable k = unit(sd, rows.mmul(in.parameters().get("Wk")), steps);
    k = sd.mmul(before(in, valid), k);
    SDVariable v = rows.mmul(in.parameters().get("Wv")).reshape(-1, steps, getSpec().valueSize());
    SDVariable scores = sd.mmul(q, k, false, true, false); // [N,T,T]
    SDVariable later = constant(in, "later", (t, j) -> j > t).mul(NEVER).reshape(1, steps, steps);
    // A step sees itself, masked or not: ND4J's softmax of a row far below 0 is NaN.
    SDVariable others = constant(in, "others", (t, j) -> j != t).reshape(1, steps, steps);
    SDVariable masked = valid.rsub(1).mul(NEVER).reshape(-1, 1, steps).mul(others);
    scores = scores.mul(in.parameters().get("s")).add(later).add(masked);
    SDVariable read = sd.mmul(sd.nn.softmax(scores, 2), v);
    SDVariable y = read.reshape(-1, getSpec().valueSize()).mmul(in.parameters().get("Wo"));
    return new GraphDefinition.Outputs(y.reshape(-1, steps, getNOut()), Map.of(), null);
  }

  /** Rows of length 1 by step. */
  private SDVariable unit(SameDiff sd, SDVariable x, int steps) {
    SDVariable length = sd.math.sqrt(x.mul(x).sum(true, 1).add(EPS)); // [N*T,1]
    return x.div(length).reshape(-1, steps, getSpec().keySize());
  }

  /** Ones [N,T,T] where the second step is the last valid one before the first, else zeros. */
  private static SDVariable before(GraphDefinition.Inputs in, SDVariable valid) {
    SameDiff sd = in.sd();
    int steps = (int) in.steps();
    // The number of valid steps before each: a step and the valid one before it differ by one.
    SDVariable earlier = valid.mmul(constant(in, "earlier", (i, t) -> i < t));
    SDVariable counted = earlier.add(valid).reshape(-1, 1, steps);
    SDVariable distance = earlier.reshape(-1, steps, 1).sub(counted);
    SDVariable same = sd.math.abs(distance).rsub(1);
    return sd.nn.relu(same, 0).mul(valid.reshape(-1, 1, steps));
  }

  @FunctionalInterface
  private interface Place {
    boolean holds(int row, int column);
  }

  /** A constant [T,T] with ones at some places. */
  private static SDVariable constant(GraphDefinition.Inputs in, String name, Place place) {
    int steps = (int) in.steps();
    double[][] ones = new double[steps][steps];
    for (int i = 0; i < steps; i++) {
      for (int j = 0; j < steps; j++) {
        ones[i][j] = place.holds(i, j) ? 1 : 0;
      }
    }
    return in.sd().constant(name, Nd4j.createFromArray(ones).castTo(in.x().dataType()));
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
