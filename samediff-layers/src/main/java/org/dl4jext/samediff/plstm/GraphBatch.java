package org.dl4jext.samediff.plstm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A batch of graphs as one graph of their existing nodes and edges. A masked node is not there, and
 * neither are its edges.
 *
 * @param examples N
 * @param nodesOfExample V
 * @param source place of each node in [N V]
 * @param place node of each place in [N V]; -1 where masked
 * @param graph the graph, or its multitree
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record GraphBatch(int examples, int nodesOfExample, int[] source, int[] place, LineGraph graph) {

  /**
   * Reads a batch.
   *
   * @param examples N
   * @param nodes V
   * @param nodeMask [N,V] or null
   * @param edges [N,E,2]
   * @param edgeMask [N,E] or null
   * @throws IllegalArgumentException if an edge has no such nodes, or there is a cycle
   */
  static GraphBatch of(
      PlstmGraphSpec spec,
      int examples,
      int nodes,
      INDArray nodeMask,
      INDArray edges,
      INDArray edgeMask) {
    int[] place = new int[examples * nodes];
    int[] source = new int[examples * nodes];
    int count = 0;
    for (int i = 0; i < place.length; i++) {
      boolean exists = nodeMask == null || nodeMask.getDouble(i / nodes, i % nodes) != 0;
      place[i] = exists ? count : -1;
      if (exists) {
        source[count++] = i;
      }
    }
    List<int[]> list = new ArrayList<>();
    for (int n = 0; n < examples; n++) {
      for (int e = 0; e < edges.size(1); e++) {
        if (edgeMask == null || edgeMask.getDouble(n, e) != 0) {
          int from = place[n * nodes + node(edges.getDouble(n, e, 0), nodes, n, e)];
          int to = place[n * nodes + node(edges.getDouble(n, e, 1), nodes, n, e)];
          if (from >= 0 && to >= 0) {
            list.add(spec.reversed() ? new int[] {to, from} : new int[] {from, to});
          }
        }
      }
    }
    LineGraph graph = LineGraph.of(Math.max(1, count), list.toArray(int[][]::new));
    return new GraphBatch(
        examples,
        nodes,
        Arrays.copyOf(source, count),
        place,
        spec.mode() == PlstmMode.D ? graph.pruned() : graph);
  }

  private static int node(double value, int nodes, int example, int edge) {
    int node = (int) value;
    if (node != value || node < 0 || node >= nodes) {
      throw new IllegalArgumentException(
          "pLSTM graph layer: edge "
              + edge
              + " of example "
              + example
              + " has the node "
              + value
              + "; allowed: 0 to "
              + (nodes - 1));
    }
    return node;
  }

  /** Existing nodes of the batch. */
  int count() {
    return source.length;
  }
}
