package org.dl4jext.samediff.plstm;

import static org.dl4jext.samediff.plstm.PlstmGraphArrays.DIRECT;
import static org.dl4jext.samediff.plstm.PlstmGraphArrays.EDGES;
import static org.dl4jext.samediff.plstm.PlstmGraphArrays.KEY;
import static org.dl4jext.samediff.plstm.PlstmGraphArrays.MARK;
import static org.dl4jext.samediff.plstm.PlstmGraphArrays.QUERY;
import static org.dl4jext.samediff.plstm.PlstmGraphArrays.SOURCE;
import static org.dl4jext.samediff.plstm.PlstmGraphArrays.TRANSITION;
import static org.dl4jext.samediff.plstm.PlstmGraphArrays.VALUE;

import java.util.Arrays;
import org.dl4jext.samediff.DifferentiableUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * {@link PlstmGraph} in the {@code ARRAY} execution: the sums over all paths of the line graph by
 * repeated squaring of its adjacency matrix, then one masked product. {@link PlstmGraphReference}
 * is its slow form. Memory grows with the square of the number of edges.
 */
final class PlstmGraphArray implements DifferentiableUnit {

  private final DataType type;
  private ArrayTape tape;

  PlstmGraphArray(DataType type) {
    this.type = type;
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    PlstmGraphArrays arrays = PlstmGraphArrays.of(inputs, type);
    arrays.requireOutputs("output", outputs);
    tape = null;
    ArrayTape made = new ArrayTape(Arrays.copyOf(inputs, EDGES));
    made.end(new TapeArray[] {compute(arrays, made.inputs())}, outputs);
    tape = keep ? made : null;
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    PlstmGraphArrays arrays = PlstmGraphArrays.of(inputs, type);
    arrays.requireBackward(tape != null, outputGradients, inputGradients);
    tape.backward(outputGradients, inputGradients);
    tape = null;
  }

  private static TapeArray compute(PlstmGraphArrays arrays, TapeArray[] in) {
    long heads = arrays.heads();
    long nodes = arrays.graph().nodes();
    int[][] edges = arrays.graph().edges();
    INDArray unit = Nd4j.eye(nodes).castTo(arrays.type()).reshape('c', 1, nodes, nodes);
    TapeArray gating =
        in[DIRECT]
            .reshape(heads, nodes, 1)
            .spread(heads, nodes, nodes)
            .times(constant(in[QUERY], unit, heads));
    if (edges.length > 0) {
      gating = gating.plus(paths(arrays, in));
    }
    return in[QUERY].product(in[KEY].permute(0, 2, 1)).times(gating).product(in[VALUE]); // [H,N,DV]
  }

  private static TapeArray constant(TapeArray like, INDArray matrix, long heads) {
    long m = matrix.size(1);
    long n = matrix.size(2);
    return like.constant(
        matrix.broadcast(Nd4j.createUninitialized(matrix.dataType(), heads, m, n)));
  }

  /** Gates from all nodes to all others along the edges [H,N,N]. */
  private static TapeArray paths(PlstmGraphArrays arrays, TapeArray[] in) {
    long heads = arrays.heads();
    int nodes = arrays.graph().nodes();
    int[][] edges = arrays.graph().edges();
    int count = edges.length;
    INDArray starts = Nd4j.zeros(arrays.type(), 1, count, nodes);
    INDArray ends = Nd4j.zeros(arrays.type(), 1, nodes, count);
    for (int e = 0; e < count; e++) {
      starts.putScalar(0, e, edges[e][0], 1);
      ends.putScalar(0, edges[e][1], e, 1);
    }
    TapeArray written =
        constant(in[QUERY], starts, heads)
            .times(in[SOURCE].reshape(heads, count, 1).spread(heads, count, nodes));
    TapeArray read =
        constant(in[QUERY], ends, heads)
            .times(in[MARK].reshape(heads, 1, count).spread(heads, nodes, count));
    return read.product(allPaths(arrays, in, written));
  }

  /** (I + A)(I + A^2)(I + A^4)... written, with A [H,after,before] nilpotent. */
  private static TapeArray allPaths(PlstmGraphArrays arrays, TapeArray[] in, TapeArray written) {
    if (in[TRANSITION] == null) {
      return written;
    }
    int[][] lineEdges = arrays.graph().lineEdges();
    int count = arrays.graph().edges().length;
    long heads = arrays.heads();
    int[] places = new int[count * count];
    Arrays.fill(places, lineEdges.length);
    for (int l = 0; l < lineEdges.length; l++) {
      places[lineEdges[l][1] * count + lineEdges[l][0]] = l;
    }
    TapeArray power =
        TapeArray.join(0, in[TRANSITION].permute(1, 0), in[TRANSITION].zeros(1, heads))
            .rows(places) // [E E,H]
            .permute(1, 0)
            .reshape(heads, count, count);
    TapeArray sum = written;
    for (int length = 1; length < count; length *= 2) {
      sum = sum.plus(power.product(sum));
      power = power.product(power);
    }
    return sum;
  }
}
