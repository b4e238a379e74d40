package org.dl4jext.contract;

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
 * A layer in SameDiff operations, to test the graph path of the runtime: h_t = a h_{t-1} + (1-a)
 * tanh(W'x_t), with an auxiliary loss (the mean square of the valid outputs of each example) and
 * dropout of tanh.
 */
public class ToyLayer extends SequenceLayer<ToySpec> {

  private static final long serialVersionUID = 1L;

  /** For JSON. */
  protected ToyLayer() {}

  protected ToyLayer(Builder builder) {
    super(builder);
  }

  @Override
  public List<TensorShape> parameters(long nIn, long nOut) {
    return List.of(TensorShape.weight("W", nIn, nOut), TensorShape.bias("a", nOut));
  }

  @Override
  public List<TensorShape> states(long nIn, long nOut) {
    return List.of(TensorShape.state("h", nOut));
  }

  @Override
  public void initializeParameter(TensorShape parameter, INDArray view) {
    ParameterFill.uniform(view, 1);
  }

  @Override
  protected GraphDefinition.Outputs defineGraph(GraphDefinition.Inputs in) {
    SameDiff sd = in.sd();
    int steps = Math.toIntExact(in.steps());
    SDVariable rows = in.x().reshape(-1, getNIn());
    SDVariable u = sd.math().tanh(rows.mmul(in.parameters().get("W")));
    u = u.reshape(-1, in.steps(), getNOut()); // [N,T,nOut]
    u = u.mul(in.dropout().mask("u", getSpec().keepProbability(), in.steps(), getNOut()));
    SDVariable a = sd.nn().sigmoid(in.parameters().get("a"));
    SDVariable keep = a.rsub(1);
    SDVariable h = in.states().get("h");
    SDVariable[] at = sd.unstack(u, 1, steps);
    SDVariable[] valid = in.mask() == null ? null : sd.unstack(in.mask(), 1, steps);
    SDVariable[] all = new SDVariable[steps];
    for (int t = 0; t < steps; t++) {
      SDVariable next = h.mul(a).add(at[t].mul(keep));
      if (valid != null) {
        SDVariable m = sd.expandDims(valid[t], 1); // [N,1]
        next = next.mul(m).add(h.mul(m.rsub(1)));
      }
      h = next;
      all[t] = h;
    }
    SDVariable y = sd.stack(1, all); // [N,T,nOut]
    return new GraphDefinition.Outputs(y, Map.of("h", h), auxiliaryLoss(sd, y, in));
  }

  private SDVariable auxiliaryLoss(SameDiff sd, SDVariable y, GraphDefinition.Inputs in) {
    if (getSpec().auxiliaryWeight() == 0) {
      return null;
    }
    SDVariable square = y.mul(y);
    double scale = getSpec().auxiliaryWeight() / getNOut();
    if (in.mask() == null) {
      return square.sum().mul(scale / in.steps());
    }
    // A reduction over an axis of size 1 fails in SameDiff: count by a product.
    SDVariable ones = sd.constant(Nd4j.ones(y.dataType(), in.steps(), 1));
    SDVariable count = in.mask().mmul(ones); // [N,1]
    SDVariable weight = in.mask().div(sd.math().max(count, sd.onesLike(count))); // [N,T]
    return square.mul(sd.expandDims(weight, 2)).sum().mul(scale);
  }

  /** Builds the layer. */
  @SuppressWarnings("unchecked") // of the generic build() that DL4J declares
  public static class Builder extends SequenceLayer.Builder<Builder, ToySpec> {

    @Override
    protected ToySpec defaultSpec(long nIn, long nOut) {
      return new ToySpec(0, 1);
    }

    @Override
    public ToyLayer build() {
      return new ToyLayer(this);
    }
  }
}
