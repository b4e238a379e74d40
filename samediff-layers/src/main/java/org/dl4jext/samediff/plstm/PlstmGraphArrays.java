package org.dl4jext.samediff.plstm;

import java.util.List;
import org.dl4jext.samediff.ArrayCheck;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Sizes and checks of the arrays of {@link PlstmGraph}.
 *
 * @param type data type of all arrays but those of the structure
 * @param heads H
 * @param keySize DK
 * @param valueSize DV
 * @param graph the structure
 */
record PlstmGraphArrays(DataType type, int heads, int keySize, int valueSize, LineGraph graph) {

  static final int QUERY = 0;
  static final int KEY = 1;
  static final int VALUE = 2;
  static final int DIRECT = 3;
  static final int SOURCE = 4;
  static final int MARK = 5;
  static final int TRANSITION = 6;
  static final int EDGES = 7;
  static final int LINE_EDGES = 8;
  static final int INPUTS = 9;

  private static final String UNIT = "pLSTM on a graph";
  private static final String[] NAMES = {
    "query", "key", "value", "direct", "source", "mark", "transition", "edges", "line edges"
  };

  /** Checks the inputs. */
  static PlstmGraphArrays of(INDArray[] in, DataType type) {
    ArrayCheck.requireCount(UNIT, "inputs", in, INPUTS);
    ArrayCheck.requireRank(UNIT, NAMES[QUERY], in[QUERY], type, 3);
    ArrayCheck.requireRank(UNIT, NAMES[VALUE], in[VALUE], type, 3);
    int[][] edges = pairs(in[EDGES], NAMES[EDGES]);
    int[][] lineEdges = pairs(in[LINE_EDGES], NAMES[LINE_EDGES]);
    LineGraph graph = LineGraph.of(Math.toIntExact(in[QUERY].size(1)), edges, lineEdges);
    PlstmGraphArrays arrays =
        new PlstmGraphArrays(
            type,
            Math.toIntExact(in[QUERY].size(0)),
            Math.toIntExact(in[QUERY].size(2)),
            Math.toIntExact(in[VALUE].size(2)),
            graph);
    for (int i = 0; i < EDGES; i++) {
      boolean empty = i == TRANSITION ? lineEdges.length == 0 : i > DIRECT && edges.length == 0;
      if (!empty) {
        ArrayCheck.requireShape(UNIT, NAMES[i], in[i], type, arrays.shape(i));
      } else if (in[i] != null) {
        throw new IllegalArgumentException(
            UNIT + ": " + NAMES[i] + " is given where it has no elements; allowed: null");
      }
    }
    return arrays;
  }

  private static int[][] pairs(INDArray array, String name) {
    if (array == null) {
      return new int[0][];
    }
    ArrayCheck.requireRank(UNIT, name, array, array.dataType(), 2);
    ArrayCheck.requireShape(UNIT, name, array, array.dataType(), array.size(0), 2);
    return array.toIntMatrix();
  }

  private long[] shape(int input) {
    int nodes = graph.nodes();
    return switch (input) {
      case QUERY, KEY -> new long[] {heads, nodes, keySize};
      case VALUE -> output();
      case DIRECT -> new long[] {heads, nodes};
      case SOURCE, MARK -> new long[] {heads, graph.edges().length};
      default -> new long[] {heads, graph.lineEdges().length};
    };
  }

  /** [H,N,DV]. */
  long[] output() {
    return new long[] {heads, graph.nodes(), valueSize};
  }

  List<long[]> outputShapes() {
    return List.of(output());
  }

  /** Checks the output or its gradient. */
  void requireOutputs(String what, INDArray[] arrays) {
    ArrayCheck.requireCount(UNIT, what, arrays, 1);
    ArrayCheck.requireShapeOrNull(UNIT, what, arrays[0], type, output());
  }

  /** Checks the arrays of a backward pass. */
  void requireBackward(boolean kept, INDArray[] outputGradients, INDArray[] inputGradients) {
    if (!kept) {
      throw new IllegalStateException(UNIT + ": backward without a kept forward pass");
    }
    requireOutputs("output gradients", outputGradients);
    ArrayCheck.requireCount(UNIT, "input gradients", inputGradients, INPUTS);
    for (int i = 0; i < INPUTS; i++) {
      if (i >= EDGES && inputGradients[i] != null) {
        throw new IllegalArgumentException(
            UNIT + ": " + NAMES[i] + " have no gradient; allowed: null");
      }
      if (i < EDGES) {
        String what = "gradient of " + NAMES[i];
        ArrayCheck.requireShapeOrNull(UNIT, what, inputGradients[i], type, shape(i));
      }
    }
  }
}
