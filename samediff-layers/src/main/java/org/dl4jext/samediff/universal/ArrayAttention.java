package org.dl4jext.samediff.universal;

import org.dl4jext.samediff.Views;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Attention with heads by batched products over all examples; {@link ReferenceAttention} is the
 * slow form. Keys that a query must not see have a large negative bias.
 */
final class ArrayAttention implements ArrayBranch {

  private final ArrayParameters parameters;
  private final String prefix;
  private final int heads;
  private final int batch;
  private final INDArray memory;
  private final INDArray[] earlier;
  private final INDArray bias;
  private final INDArray drop;
  private INDArray y;
  private INDArray q;
  private INDArray context;
  private INDArray weights;

  /** Keys and values [N,K,D], the earlier ones first, and their gradients. */
  final INDArray[] keyValue = new INDArray[2];

  final INDArray[] keyValueGradients = new INDArray[2];
  INDArray memoryGradient;

  /**
   * The attention of one step.
   *
   * @param prefix of the names of its parameters, W or M
   * @param memory rows [N M,Dm]; null for the queries' own
   * @param earlier keys and values [N,C,D] before the own ones; nulls for none
   * @param bias [N,1,T,K]
   * @param drop factors of the weights [N,H,T,K]; null for none
   */
  ArrayAttention(
      ArrayParameters parameters,
      String prefix,
      int heads,
      int batch,
      INDArray memory,
      INDArray[] earlier,
      INDArray bias,
      INDArray drop) {
    this.parameters = parameters;
    this.prefix = prefix;
    this.heads = heads;
    this.batch = batch;
    this.memory = memory;
    this.earlier = earlier;
    this.bias = bias;
    this.drop = drop;
  }

  private double scale() {
    return 1 / Math.sqrt((double) parameters.get(prefix + "q").size(1) / heads);
  }

  @Override
  public INDArray forward(INDArray input) {
    y = input;
    INDArray m = memory == null ? y : memory;
    q = split(byExample(Nd4j.matmul(y, parameters.get(prefix + "q")))).muli(scale());
    String[] names = {prefix + "k", prefix + "v"};
    for (int kind = 0; kind < 2; kind++) {
      INDArray own = byExample(Nd4j.matmul(m, parameters.get(names[kind])));
      keyValue[kind] = earlier[kind] == null ? own : Nd4j.concat(1, earlier[kind], own);
    }
    INDArray scores = Nd4j.matmul(q, split(keyValue[0]), false, true, false); // [N H,T,K]
    long[] all = {batch, heads, scores.size(1), scores.size(2)};
    INDArray biased = scores.dup('c').reshape('c', all).add(bias);
    biased.subi(biased.max(true, 3));
    Transforms.exp(biased, false);
    weights = biased.div(biased.sum(true, 3));
    INDArray used = drop == null ? weights : weights.mul(drop);
    INDArray heard = Nd4j.matmul(flat(used), split(keyValue[1]), false, false, false);
    context = merge(heard);
    return Nd4j.matmul(context, parameters.get(prefix + "o"));
  }

  /** Rows [N T,D] as [N,T,D]. */
  private INDArray byExample(INDArray rows) {
    return rows.dup('c').reshape('c', batch, rows.size(0) / batch, rows.size(1));
  }

  /** [N,T,D] as [N H,T,d]. */
  private INDArray split(INDArray x) {
    long d = x.size(2) / heads;
    return x.reshape('c', batch, x.size(1), heads, d)
        .permute(0, 2, 1, 3)
        .dup('c')
        .reshape('c', (long) batch * heads, x.size(1), d);
  }

  /** [N H,T,d] as rows [N T,D]. */
  private INDArray merge(INDArray x) {
    return x.dup('c')
        .reshape('c', batch, heads, x.size(1), x.size(2))
        .permute(0, 2, 1, 3)
        .dup('c')
        .reshape('c', batch * x.size(1), heads * x.size(2));
  }

  private static INDArray flat(INDArray x) {
    return x.dup('c').reshape('c', x.size(0) * x.size(1), x.size(2), x.size(3));
  }

  /** Sets the gradients of keys and values that come from elsewhere; nulls for none. */
  void beginBackward(INDArray ofKeys, INDArray ofValues) {
    keyValueGradients[0] = ofKeys;
    keyValueGradients[1] = ofValues;
  }

  @Override
  public INDArray backward(INDArray out) {
    parameters.add(prefix + "o", Nd4j.matmul(context, out, true, false, false));
    INDArray dContext =
        split(byExample(Nd4j.matmul(out, parameters.get(prefix + "o"), false, true, false)));
    INDArray used = drop == null ? weights : weights.mul(drop);
    INDArray dv = Nd4j.matmul(flat(used), dContext, true, false, false); // [N H,K,d]
    INDArray dw =
        Nd4j.matmul(dContext, split(keyValue[1]), false, true, false)
            .dup('c')
            .reshape('c', weights.shape());
    if (drop != null) {
      dw.muli(drop);
    }
    INDArray ds = flat(dw.sub(dw.mul(weights).sum(true, 3)).muli(weights)); // [N H,T,K]
    INDArray dq = Nd4j.matmul(ds, split(keyValue[0]), false, false, false).dup('c').muli(scale());
    INDArray dk = Nd4j.matmul(ds, q, true, false, false);
    add(0, dk);
    add(1, dv);
    INDArray m = memory == null ? y : memory;
    INDArray dy = linear(y, merge(dq), prefix + "q");
    INDArray dm = linear(m, own(0), prefix + "k").addi(linear(m, own(1), prefix + "v"));
    memoryGradient = dm;
    return memory == null ? dy.addi(dm) : dy;
  }

  private void add(int kind, INDArray heads) {
    INDArray own = merge(heads).reshape('c', keyValue[kind].shape());
    keyValueGradients[kind] =
        keyValueGradients[kind] == null ? own : keyValueGradients[kind].add(own);
  }

  /** The gradients of the own keys or values, as rows. */
  private INDArray own(int kind) {
    INDArray all = keyValueGradients[kind];
    long first = earlier[kind] == null ? 0 : earlier[kind].size(1);
    INDArray own = Views.cut(all, 1, first, all.size(1)).dup('c');
    return own.reshape('c', own.size(0) * own.size(1), own.size(2));
  }

  private INDArray linear(INDArray x, INDArray dy, String weight) {
    parameters.add(weight, Nd4j.matmul(x, dy, true, false, false));
    return Nd4j.matmul(dy, parameters.get(weight), false, true, false).dup('c');
  }
}
