package org.dl4jext.samediff.plstm;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * A directed acyclic graph and its line graph, whose nodes are the edges and whose edges are the
 * pairs of an edge into a node and an edge out of it.
 *
 * <p>Immutable. Arrays that are handed out are copies.
 */
public final class LineGraph {

  private final int nodes;
  private final int[][] edges;
  private final int[][] lineEdges;

  private LineGraph(int nodes, int[][] edges, int[][] lineEdges) {
    this.nodes = nodes;
    this.edges = edges;
    this.lineEdges = lineEdges;
  }

  /**
   * The line graph of a graph, its edges in a topological order that depends on their order alone
   * and not on the numbers of the nodes.
   *
   * @param nodes number of nodes, at least 1
   * @param edges pairs of the node an edge leaves and the node that it enters
   * @throws IllegalArgumentException if a node does not exist or there is a cycle
   */
  public static LineGraph of(int nodes, int[][] edges) {
    requireNodes(nodes, edges);
    int[][] sorted = sort(nodes, edges);
    List<List<Integer>> into = edgesInto(nodes, sorted);
    List<int[]> line = new ArrayList<>();
    for (int after = 0; after < sorted.length; after++) {
      for (int before : into.get(sorted[after][0])) {
        line.add(new int[] {before, after});
      }
    }
    return new LineGraph(nodes, sorted, line.toArray(int[][]::new));
  }

  /**
   * A line graph with some of its edges.
   *
   * @param edges in a topological order
   * @param lineEdges pairs of indices of edges, the first the smaller, which meet in a node
   * @throws IllegalArgumentException if they do not
   */
  public static LineGraph of(int nodes, int[][] edges, int[][] lineEdges) {
    requireNodes(nodes, edges);
    for (int[] pair : lineEdges) {
      boolean fits =
          pair[0] >= 0
              && pair[0] < pair[1]
              && pair[1] < edges.length
              && edges[pair[0]][1] == edges[pair[1]][0];
      if (!fits) {
        throw new IllegalArgumentException(
            "line graph: line edge "
                + Arrays.toString(pair)
                + "; allowed: two edges that meet in a node, in topological order");
      }
    }
    return new LineGraph(nodes, copy(edges), copy(lineEdges));
  }

  private static void requireNodes(int nodes, int[][] edges) {
    for (int[] edge : edges) {
      if (edge.length != 2
          || Math.min(edge[0], edge[1]) < 0
          || Math.max(edge[0], edge[1]) >= nodes) {
        throw new IllegalArgumentException(
            "line graph: edge "
                + Arrays.toString(edge)
                + "; allowed: two nodes from 0 to "
                + (nodes - 1));
      }
    }
  }

  private static List<List<Integer>> edgesInto(int nodes, int[][] edges) {
    List<List<Integer>> into = new ArrayList<>();
    for (int n = 0; n < nodes; n++) {
      into.add(new ArrayList<>());
    }
    for (int e = 0; e < edges.length; e++) {
      into.get(edges[e][1]).add(e);
    }
    return into;
  }

  /** Edges by the length of the longest path before them, else in the given order. */
  private static int[][] sort(int nodes, int[][] edges) {
    int[] missing = new int[nodes];
    int[] depth = new int[nodes];
    List<List<Integer>> outOf = new ArrayList<>();
    for (int n = 0; n < nodes; n++) {
      outOf.add(new ArrayList<>());
    }
    for (int e = 0; e < edges.length; e++) {
      missing[edges[e][1]]++;
      outOf.get(edges[e][0]).add(e);
    }
    Deque<Integer> ready = new ArrayDeque<>();
    for (int n = 0; n < nodes; n++) {
      if (missing[n] == 0) {
        ready.add(n);
      }
    }
    int visited = 0;
    while (!ready.isEmpty()) {
      int node = ready.remove();
      visited++;
      for (int e : outOf.get(node)) {
        int to = edges[e][1];
        depth[to] = Math.max(depth[to], depth[node] + 1);
        if (--missing[to] == 0) {
          ready.add(to);
        }
      }
    }
    if (visited < nodes) {
      throw new IllegalArgumentException("line graph: the graph has a cycle; allowed: none");
    }
    return Arrays.stream(copy(edges))
        .sorted(Comparator.comparingInt(edge -> depth[edge[0]]))
        .toArray(int[][]::new);
  }

  /**
   * The line graph that is left when, edge by edge, a predecessor is cut off where one of its
   * strict ancestors already reaches the edge: then there is at most one path between two edges.
   *
   * @return which line edges stay
   */
  public boolean[] multitree() {
    BitSet[] ancestors = new BitSet[edges.length];
    List<List<Integer>> before = new ArrayList<>();
    for (int e = 0; e < edges.length; e++) {
      ancestors[e] = new BitSet(edges.length);
      before.add(new ArrayList<>());
    }
    for (int l = 0; l < lineEdges.length; l++) {
      before.get(lineEdges[l][1]).add(l);
    }
    boolean[] kept = new boolean[lineEdges.length];
    for (int e = 0; e < edges.length; e++) {
      before.get(e).sort(Comparator.comparingInt(l -> lineEdges[l][0]));
      for (int l : before.get(e)) {
        int predecessor = lineEdges[l][0];
        kept[l] = !ancestors[predecessor].intersects(ancestors[e]);
        if (kept[l]) {
          ancestors[e].or(ancestors[predecessor]);
          ancestors[e].set(predecessor);
        }
      }
    }
    return kept;
  }

  /** This graph without the line edges that {@link #multitree} cuts off. */
  public LineGraph pruned() {
    boolean[] kept = multitree();
    List<int[]> left = new ArrayList<>();
    for (int l = 0; l < kept.length; l++) {
      if (kept[l]) {
        left.add(lineEdges[l].clone());
      }
    }
    return new LineGraph(nodes, edges, left.toArray(int[][]::new));
  }

  public int nodes() {
    return nodes;
  }

  /** The edges in topological order: the node an edge leaves, and the node that it enters. */
  public int[][] edges() {
    return copy(edges);
  }

  /** Pairs of indices of edges, of which the second leaves the node that the first enters. */
  public int[][] lineEdges() {
    return copy(lineEdges);
  }

  private static int[][] copy(int[][] pairs) {
    return Arrays.stream(pairs).map(int[]::clone).toArray(int[][]::new);
  }
}
