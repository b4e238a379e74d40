package org.dl4jext.samediff.plstm;

import java.util.Arrays;
import java.util.List;
import org.dl4jext.samediff.ArrayCheck;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.TensorShape;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A pLSTM layer on batches of directed acyclic graphs: gates from the nodes, the recurrence ({@link
 * PlstmGraph}), an RMS norm of each head and a last projection.
 *
 * <pre>
 *   S_e, M_e = sigmoid(W [x_start, x_end] + b), D_n = sigmoid(W x_n + b)
 *   t_(e' e) = W [x_start(e'), x_n, x_end(e)] + b
 *   P: T_(e' e) = t_(e' e) / (1/2 + sum over e'' out of n of |t_(e' e'')|)     D: T = tanh(t)
 *   y = W_out (norm(Y) g)
 * </pre>
 *
 * <p>Inputs: x [N,V,nIn]; node mask [N,V] or null; edges [N,E,2] as pairs of nodes (from, to); edge
 * mask [N,E] or null; the parameters of {@link PlstmGraphSpec#parameters}. Output: y [N,V,nOut], 0
 * at masked nodes. The products around the recurrence are array operations in every execution.
 *
 * <p>Source: arXiv 2506.11997. P-mode is normalised over what follows an edge, as the paper's
 * stability needs, and not over what precedes one.
 */
public final class PlstmGraphLayer implements DifferentiableUnit {

  /** Places of the inputs. */
  static final int NODE_MASK = 1;

  static final int EDGES = 2;
  static final int EDGE_MASK = 3;

  /** Index of the first parameter among the inputs. */
  public static final int FIRST_PARAMETER = 4;

  private static final String UNIT = "pLSTM graph layer";

  private final PlstmGraphSpec spec;
  private final List<TensorShape> shapes;
  private final long inputSize;
  private final long outputSize;
  private final DataType type;
  private final DifferentiableUnit core;
  private ArrayTape tape;
  private TapeArray[] in;

  /**
   * Makes the unit.
   *
   * @throws IllegalArgumentException if a size is not positive or the data type neither FLOAT nor
   *     DOUBLE
   */
  public PlstmGraphLayer(
      PlstmGraphSpec spec, long inputSize, long outputSize, Execution execution, DataType type) {
    this.spec = spec;
    this.inputSize = inputSize;
    this.outputSize = outputSize;
    this.type = type;
    this.shapes = spec.parameters(inputSize, outputSize);
    this.core = PlstmGraph.unit(execution, type);
  }

  private long[] outputShape(INDArray[] in) {
    ArrayCheck.requireRank(UNIT, "x", in[0], type, 3);
    return new long[] {in[0].size(0), in[0].size(1), outputSize};
  }

  private void requireInputs(INDArray[] in) {
    ArrayCheck.requireCount(UNIT, "inputs", in, FIRST_PARAMETER + shapes.size());
    long[] out = outputShape(in);
    ArrayCheck.requireShape(UNIT, "x", in[0], type, out[0], out[1], inputSize);
    ArrayCheck.requireMask(UNIT, in[NODE_MASK], out[0], out[1]);
    ArrayCheck.requireRank(UNIT, "edges", in[EDGES], in[EDGES].dataType(), 3);
    long edges = in[EDGES].size(1);
    ArrayCheck.requireShape(UNIT, "edges", in[EDGES], in[EDGES].dataType(), out[0], edges, 2);
    ArrayCheck.requireMask(UNIT, in[EDGE_MASK], out[0], edges);
    for (int i = 0; i < shapes.size(); i++) {
      TensorShape p = shapes.get(i);
      ArrayCheck.requireShape(UNIT, p.name(), in[FIRST_PARAMETER + i], type, p.toArray());
    }
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    requireInputs(inputs);
    ArrayCheck.requireCount(UNIT, "outputs", outputs, 1);
    ArrayCheck.requireShapeOrNull(UNIT, "y", outputs[0], type, outputShape(inputs));
    tape = null;
    int examples = Math.toIntExact(inputs[0].size(0));
    int nodes = Math.toIntExact(inputs[0].size(1));
    GraphBatch batch =
        GraphBatch.of(spec, examples, nodes, inputs[NODE_MASK], inputs[EDGES], inputs[EDGE_MASK]);
    INDArray[] differentiable = inputs.clone();
    Arrays.fill(differentiable, NODE_MASK, FIRST_PARAMETER, null);
    ArrayTape made = new ArrayTape(differentiable);
    in = made.inputs();
    TapeArray y = compute(batch).reshape(outputShape(inputs));
    made.end(new TapeArray[] {y}, outputs);
    tape = keep ? made : null;
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    if (tape == null) {
      throw new IllegalStateException(UNIT + ": backward without a kept forward pass");
    }
    requireInputs(inputs);
    tape.backward(outputGradients, inputGradients);
    tape = null;
  }

  private TapeArray parameter(String name) {
    for (int i = 0; i < shapes.size(); i++) {
      if (shapes.get(i).name().equals(name)) {
        return in[FIRST_PARAMETER + i];
      }
    }
    throw new IllegalStateException("no parameter " + name);
  }

  private TapeArray affine(String map, TapeArray rows) {
    TapeArray bias = parameter(map + "B");
    long count = bias.value().length();
    return rows.linear(parameter(map + "W"))
        .plus(bias.reshape(1, count).spread(rows.size(0), count));
  }

  /** [rows,heads size] as [heads,rows,size]. */
  private TapeArray byHead(TapeArray rows) {
    long size = rows.size(1) / spec.heads();
    return rows.reshape(rows.size(0), spec.heads(), size).permute(1, 0, 2);
  }

  /** y of all places [N V,nOut]. */
  private TapeArray compute(GraphBatch batch) {
    long places = (long) batch.examples() * batch.nodesOfExample();
    if (batch.count() == 0) {
      return in[0].zeros(places, outputSize);
    }
    TapeArray rows = in[0].reshape(places, inputSize).rows(batch.source());
    int[][] edges = batch.graph().edges();
    int[][] line = batch.graph().lineEdges();
    TapeArray[] arrays = new TapeArray[PlstmGraphArrays.INPUTS];
    arrays[PlstmGraphArrays.QUERY] = byHead(affine("query", rows));
    arrays[PlstmGraphArrays.KEY] = byHead(affine("key", rows));
    arrays[PlstmGraphArrays.VALUE] = byHead(affine("value", rows));
    arrays[PlstmGraphArrays.DIRECT] = affine("direct", rows).sigmoid().permute(1, 0);
    if (edges.length > 0) {
      TapeArray ends = TapeArray.join(1, rows.rows(column(edges, 0)), rows.rows(column(edges, 1)));
      arrays[PlstmGraphArrays.SOURCE] = affine("source", ends).sigmoid().permute(1, 0);
      arrays[PlstmGraphArrays.MARK] = affine("mark", ends).sigmoid().permute(1, 0);
    }
    if (line.length > 0) {
      arrays[PlstmGraphArrays.TRANSITION] = transitions(rows, edges, line).permute(1, 0);
    }
    INDArray[] inputs =
        Arrays.stream(arrays).map(a -> a == null ? null : a.value()).toArray(INDArray[]::new);
    inputs[PlstmGraphArrays.EDGES] = edges.length == 0 ? null : Nd4j.createFromArray(edges);
    inputs[PlstmGraphArrays.LINE_EDGES] = line.length == 0 ? null : Nd4j.createFromArray(line);
    TapeArray reads =
        TapeArray.ofUnit(core, inputs, arrays, spec.heads(), batch.count(), spec.valueSize())
            .permute(1, 0, 2);
    TapeArray y =
        PlstmPartsArray.readout(reads, parameter("normG"), parameter("outW"), spec.normEps());
    int[] back = Arrays.stream(batch.place()).map(p -> p < 0 ? batch.count() : p).toArray();
    return TapeArray.join(0, y, y.zeros(1, outputSize)).rows(back);
  }

  private static int[] column(int[][] pairs, int column) {
    return Arrays.stream(pairs).mapToInt(pair -> pair[column]).toArray();
  }

  /** [L,heads]. */
  private TapeArray transitions(TapeArray rows, int[][] edges, int[][] line) {
    int[] before = column(line, 0);
    int[] after = column(line, 1);
    int[] first = Arrays.stream(before).map(e -> edges[e][0]).toArray();
    int[] middle = Arrays.stream(after).map(e -> edges[e][0]).toArray();
    int[] last = Arrays.stream(after).map(e -> edges[e][1]).toArray();
    TapeArray t =
        affine(
            "transition", TapeArray.join(1, rows.rows(first), rows.rows(middle), rows.rows(last)));
    if (spec.mode() == PlstmMode.D) {
      return t.tanh();
    }
    TapeArray total = t.abs().sumRows(before, edges.length).rows(before);
    return t.times(total.plus(0.5).inverse());
  }
}
