package org.dl4jext.datasets;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Small molecule-like graphs, trees of chains with rings, with a property that needs long paths:
 * does a directed path lead from the marked start node to the marked end node?
 *
 * <p>Edges go from the smaller to the larger number, so there is no cycle. Both classes have the
 * same sizes and degrees: half of the graphs have the end on the start's branch, half on another.
 *
 * @param minNodes fewest nodes
 * @param maxNodes most nodes, the size of the arrays
 */
public record PathGraphs(int minNodes, int maxNodes) {

  /** Features of a node: start, end, neither. */
  public static final int FEATURES = 3;

  private static final int FEWEST = 6;

  /** Share of nodes that get a second edge, which closes a ring. */
  private static final double RINGS = 0.15;

  public PathGraphs {
    if (minNodes < FEWEST || maxNodes < minNodes) {
      throw new IllegalArgumentException(
          "PathGraphs: minNodes and maxNodes are "
              + minNodes
              + " and "
              + maxNodes
              + "; allowed: "
              + FEWEST
              + " and more, not decreasing");
    }
  }

  /** A graph with two marked nodes. */
  private record Marked(int nodes, List<int[]> edges, int start, int end, boolean connected) {}

  private Marked draw(SplittableRandom random, boolean connected) {
    while (true) {
      int nodes = random.nextInt(minNodes, maxNodes + 1);
      List<int[]> edges = new ArrayList<>();
      boolean[][] reaches = new boolean[nodes][nodes];
      int[] depth = new int[nodes];
      for (int v = 1; v < nodes; v++) {
        int parents = random.nextDouble() < RINGS && v > 2 ? 2 : 1;
        for (int p = 0; p < parents; p++) {
          // Near predecessors make chains.
          int from = Math.max(0, v - 1 - random.nextInt(3));
          if (p == 0 || edges.get(edges.size() - 1)[0] != from) {
            edges.add(new int[] {from, v});
            depth[v] = Math.max(depth[v], depth[from] + 1);
            reaches[from][v] = true;
            for (int u = 0; u < nodes; u++) {
              reaches[u][v] |= reaches[u][from];
            }
          }
        }
      }
      List<int[]> pairs = new ArrayList<>();
      for (int a = 0; a < nodes; a++) {
        for (int b = 0; b < nodes; b++) {
          boolean far = depth[b] >= depth[a] + 2;
          if (far && reaches[a][b] == connected) {
            pairs.add(new int[] {a, b});
          }
        }
      }
      if (!pairs.isEmpty()) {
        int[] pair = pairs.get(random.nextInt(pairs.size()));
        return new Marked(nodes, edges, pair[0], pair[1], connected);
      }
    }
  }

  /**
   * Graphs of a seed, half of each class.
   *
   * @return features: nodes [N,3,V] and edges [N,2,E]; labels [N,2]; masks of the features [N,V]
   *     and [N,E]
   */
  public MultiDataSet graphs(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Marked> all = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      all.add(draw(random, n % 2 == 1));
    }
    Collections.shuffle(all, new java.util.Random(seed));
    int most = all.stream().mapToInt(g -> g.edges.size()).max().orElse(1);
    INDArray nodes = Nd4j.zeros(count, FEATURES, maxNodes);
    INDArray edges = Nd4j.zeros(count, 2, most);
    INDArray labels = Nd4j.zeros(count, 2);
    INDArray nodeMask = Nd4j.zeros(count, maxNodes);
    INDArray edgeMask = Nd4j.zeros(count, most);
    for (int n = 0; n < count; n++) {
      Marked g = all.get(n);
      for (int v = 0; v < g.nodes; v++) {
        nodes.putScalar(n, v == g.start ? 0 : v == g.end ? 1 : 2, v, 1);
        nodeMask.putScalar(n, v, 1);
      }
      for (int e = 0; e < g.edges.size(); e++) {
        edges.putScalar(n, 0, e, g.edges.get(e)[0]);
        edges.putScalar(n, 1, e, g.edges.get(e)[1]);
        edgeMask.putScalar(n, e, 1);
      }
      labels.putScalar(n, g.connected ? 1 : 0, 1);
    }
    return new MultiDataSet(
        new INDArray[] {nodes, edges},
        new INDArray[] {labels},
        new INDArray[] {nodeMask, edgeMask},
        null);
  }
}
