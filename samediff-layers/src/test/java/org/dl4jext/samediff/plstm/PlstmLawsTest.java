package org.dl4jext.samediff.plstm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.UnitRuns;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What the modes promise. */
class PlstmLawsTest {

  private static final int SIZE = 7;
  private static final PlstmHead ONE = PlstmHead.scalar(1, 1);

  /** An impulse in the first cell; all marks and sources open. */
  private static INDArray[] impulse() {
    INDArray[] in = PlstmCases.grid(ONE, 1, SIZE, SIZE);
    for (int i : new int[] {0, 2, 3, 4, 9, 10}) {
      in[i].assign(1);
    }
    in[PlstmCoreArrays.K].assign(0).putScalar(0, 1);
    in[PlstmCoreArrays.DIRECT].assign(0);
    return in;
  }

  private static INDArray run(INDArray[] in) {
    INDArray[] y = {Nd4j.create(DataType.DOUBLE, 1, SIZE, SIZE, 1, 1)};
    PlstmGrid.unit(1, Execution.HOST, DataType.DOUBLE).forward(in, y, false);
    return y[0].reshape(SIZE, SIZE);
  }

  @Property(tries = 30)
  void inPModeTheMassOfAnImpulseFallsByTheDecayAtEachAntiDiagonal(
      @ForAll @IntRange(min = 1) int seed, @ForAll @DoubleRange(min = -1, max = 1) double gamma) {
    Nd4j.getRandom().setSeed(seed);
    INDArray a = Nd4j.rand(DataType.DOUBLE, 1, SIZE, SIZE, 1, 1);
    INDArray[] in = impulse();
    in[PlstmCoreArrays.S_R].assign(a.reshape(in[PlstmCoreArrays.S_R].shape()));
    in[PlstmCoreArrays.S_D].assign(a.rsub(1).reshape(in[PlstmCoreArrays.S_D].shape()));
    in[PlstmCoreArrays.T_RL].assign(a.mul(gamma));
    in[PlstmCoreArrays.T_RU].assign(a.mul(gamma));
    in[PlstmCoreArrays.T_DU].assign(a.rsub(1).mul(gamma));
    in[PlstmCoreArrays.T_DL].assign(a.rsub(1).mul(gamma));
    INDArray y = run(in);
    for (int k = 1; k < SIZE; k++) {
      double mass = 0;
      for (int x = 0; x <= k; x++) {
        mass += y.getDouble(x, k - x);
      }
      assertEquals(Math.pow(gamma, k - 1), mass, 1e-12, "anti-diagonal " + k);
    }
  }

  @Property(tries = 30)
  void inDModeNoPathGrows(@ForAll @IntRange(min = 1) int seed, @ForAll boolean left) {
    Nd4j.getRandom().setSeed(seed);
    INDArray[] in = impulse();
    for (int i = PlstmCoreArrays.T_RL; i <= PlstmCoreArrays.T_RU; i++) {
      // Near the bound, where a second path would show.
      in[i] = Nd4j.rand(DataType.DOUBLE, in[i].shape()).muli(-0.01).addi(1);
    }
    in[left ? PlstmCoreArrays.T_DL : PlstmCoreArrays.T_RU] = null;
    for (int mark : new int[] {PlstmCoreArrays.M_L, PlstmCoreArrays.M_U}) {
      INDArray other = in[PlstmCoreArrays.M_L + PlstmCoreArrays.M_U - mark];
      other.assign(0);
      double largest = run(in).amaxNumber().doubleValue();
      assertTrue(largest > 0.8 && largest <= 1, "largest " + largest);
      other.assign(1);
    }
  }

  /** Sums of |T| and S over the two directions, in the layer's own gates. */
  private static double largestSplit(PlstmVariant variant, int seed) {
    Nd4j.getRandom().setSeed(seed);
    PlstmGridSpec spec = PlstmGridSpec.of(PlstmMode.P, 2, 2).with("variant", variant);
    PlstmGridLayout layout = new PlstmGridLayout(spec, 4, 4);
    int cells = 6;
    INDArray[] core = PlstmGatesProbe.run(layout, cells);
    double largest = 0;
    for (int r = 0; r < core[0].length(); r++) {
      largest = Math.max(largest, Math.abs(core[0].getDouble(r)) + Math.abs(core[1].getDouble(r)));
    }
    return largest;
  }

  @Property(tries = 20)
  void theTransitionsOfAStateAddUpToAtMostOne(@ForAll @IntRange(min = 1) int seed) {
    assertTrue(largestSplit(PlstmVariant.PAPER, seed) <= 1 + 1e-12);
  }

  @Property(tries = 5)
  void thoseOfThePublishedCodeDoNot(@ForAll @IntRange(min = 1) int seed) {
    assertTrue(largestSplit(PlstmVariant.REFERENCE_CODE, seed) > 1.01);
  }

  @Property(tries = 10)
  void aChainIsASequence(@ForAll @IntRange(min = 1) int seed) {
    Nd4j.getRandom().setSeed(seed);
    int steps = 6;
    PlstmHead head = PlstmHead.scalar(3, 2);
    INDArray[] in = PlstmCases.sequence(head, 2, steps);
    in[PlstmCoreArrays.STATE] = null;
    INDArray[] y = {Nd4j.create(DataType.DOUBLE, 2, steps, 2, 1), null};
    PlstmSequence.unit(1, Execution.HOST, DataType.DOUBLE).forward(in, y, false);
    int[][] edges = new int[steps - 1][];
    for (int t = 0; t < edges.length; t++) {
      edges[t] = new int[] {t, t + 1};
    }
    INDArray source = Nd4j.create(DataType.DOUBLE, 2, steps - 1);
    INDArray mark = Nd4j.create(DataType.DOUBLE, 2, steps - 1);
    INDArray transition = Nd4j.create(DataType.DOUBLE, 2, steps - 2);
    for (int b = 0; b < 2; b++) {
      for (int t = 0; t < steps - 1; t++) {
        source.putScalar(b, t, in[PlstmCoreArrays.S].getDouble(b, t, 0, 0, 0));
        mark.putScalar(b, t, in[PlstmCoreArrays.M].getDouble(b, t + 1, 0, 0, 0));
        if (t > 0) {
          transition.putScalar(b, t - 1, in[PlstmCoreArrays.T].getDouble(b, t, 0, 0));
        }
      }
    }
    LineGraph graph = LineGraph.of(steps, edges);
    INDArray onGraph =
        onGraph(
            in, graph, in[PlstmCoreArrays.D].reshape(2, steps), source, mark, transition, steps);
    assertTrue(onGraph.equalsWithEps(y[0].reshape(2, steps, 2), 1e-12));
  }

  private static INDArray onGraph(
      INDArray[] in,
      LineGraph graph,
      INDArray direct,
      INDArray source,
      INDArray mark,
      INDArray transition,
      int nodes) {
    INDArray[] inputs = {
      in[0].reshape(2, nodes, 3),
      in[1].reshape(2, nodes, 3),
      in[2].reshape(2, nodes, 2),
      direct,
      source,
      mark,
      transition,
      Nd4j.createFromArray(graph.edges()),
      Nd4j.createFromArray(graph.lineEdges())
    };
    INDArray[] y = {Nd4j.create(DataType.DOUBLE, 2, nodes, 2)};
    PlstmGraph.unit(Execution.HOST, DataType.DOUBLE).forward(inputs, y, false);
    return y[0];
  }

  @Property(tries = 10)
  void aGridGraphIsAGrid(@ForAll @IntRange(min = 1) int seed) {
    Nd4j.getRandom().setSeed(seed);
    int width = 3;
    int height = 4;
    PlstmHead head = PlstmHead.scalar(3, 2);
    INDArray[] in = PlstmCases.grid(head, 2, width, height);
    INDArray[] y = {Nd4j.create(DataType.DOUBLE, 2, width, height, 2, 1)};
    PlstmGrid.unit(1, Execution.HOST, DataType.DOUBLE).forward(in, y, false);
    java.util.List<int[]> list = new java.util.ArrayList<>();
    for (int x = 0; x < width; x++) {
      for (int at = x * height; at < (x + 1) * height; at++) {
        if (x + 1 < width) {
          list.add(new int[] {at, at + height});
        }
        if ((at + 1) % height != 0) {
          list.add(new int[] {at, at + 1});
        }
      }
    }
    LineGraph graph = LineGraph.of(width * height, list.toArray(int[][]::new));
    int[][] edges = graph.edges();
    int[][] line = graph.lineEdges();
    INDArray source = Nd4j.create(DataType.DOUBLE, 2, edges.length);
    INDArray mark = Nd4j.create(DataType.DOUBLE, 2, edges.length);
    INDArray transition = Nd4j.create(DataType.DOUBLE, 2, line.length);
    for (int b = 0; b < 2; b++) {
      for (int e = 0; e < edges.length; e++) {
        boolean right = edges[e][1] - edges[e][0] == height;
        source.putScalar(b, e, at(in, right ? 3 : 4, b, edges[e][0]));
        mark.putScalar(b, e, at(in, right ? 9 : 10, b, edges[e][1]));
      }
      for (int l = 0; l < line.length; l++) {
        boolean from = edges[line[l][0]][1] - edges[line[l][0]][0] == height;
        boolean to = edges[line[l][1]][1] - edges[line[l][1]][0] == height;
        int gate =
            to
                ? (from ? PlstmCoreArrays.T_RL : PlstmCoreArrays.T_RU)
                : (from ? PlstmCoreArrays.T_DL : PlstmCoreArrays.T_DU);
        transition.putScalar(b, l, at(in, gate, b, edges[line[l][1]][0]));
      }
    }
    INDArray direct = in[PlstmCoreArrays.DIRECT].reshape(2, (long) width * height);
    INDArray onGraph = onGraph(in, graph, direct, source, mark, transition, width * height);
    assertTrue(onGraph.equalsWithEps(y[0].reshape(2, (long) width * height, 2), 1e-12));
  }

  private static double at(INDArray[] in, int gate, int lane, int node) {
    return in[gate].reshape(2, in[gate].length() / 2).getDouble(lane, node);
  }

  @Property(tries = 20)
  void aMultitreeHasAtMostOnePathBetweenTwoEdges(@ForAll @IntRange(min = 1) int seed) {
    java.util.Random random = new java.util.Random(seed);
    int nodes = 9;
    java.util.List<int[]> list = new java.util.ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      for (int j = i + 1; j < nodes; j++) {
        if (random.nextInt(3) == 0) {
          list.add(new int[] {i, j});
        }
      }
    }
    java.util.Collections.shuffle(list, random);
    LineGraph pruned = LineGraph.of(nodes, list.toArray(int[][]::new)).pruned();
    int count = pruned.edges().length;
    long[][] paths = new long[count][count];
    for (int e = 0; e < count; e++) {
      paths[e][e] = 1;
      for (int[] pair : pruned.lineEdges()) {
        for (int from = 0; from < count && pair[1] == e; from++) {
          paths[from][e] += paths[from][pair[0]];
        }
      }
      for (int from = 0; from < count; from++) {
        assertTrue(paths[from][e] <= 1, "paths from " + from + " to " + e);
      }
    }
  }

  /** The result of graphs does not depend on the execution. */
  @Property(tries = 10)
  void fastFormsOnAGraphEqualTheReference(@ForAll @IntRange(min = 1) int seed) {
    Nd4j.getRandom().setSeed(seed);
    int[][] edges = {{2, 0}, {0, 1}, {2, 1}, {1, 4}, {0, 4}, {5, 4}, {4, 3}};
    LineGraph graph = LineGraph.of(6, edges);
    INDArray[] inputs = {
      UnitRuns.random(DataType.DOUBLE, 1, 2, 6, 3),
      UnitRuns.random(DataType.DOUBLE, 1, 2, 6, 3),
      UnitRuns.random(DataType.DOUBLE, 1, 2, 6, 4),
      UnitRuns.random(DataType.DOUBLE, 1, 2, 6),
      UnitRuns.random(DataType.DOUBLE, 1, 2, edges.length),
      UnitRuns.random(DataType.DOUBLE, 1, 2, edges.length),
      UnitRuns.random(DataType.DOUBLE, 1, 2, graph.lineEdges().length),
      Nd4j.createFromArray(graph.edges()),
      Nd4j.createFromArray(graph.lineEdges())
    };
    INDArray cotangent = UnitRuns.random(DataType.DOUBLE, 1, 2, 6, 4);
    java.util.List<INDArray[]> gradients = new java.util.ArrayList<>();
    for (Execution execution : Execution.values()) {
      INDArray[] y = {Nd4j.create(DataType.DOUBLE, 2, 6, 4)};
      INDArray[] d = new INDArray[inputs.length + 1];
      for (int i = 0; i < 7; i++) {
        d[i] = Nd4j.create(DataType.DOUBLE, inputs[i].shape());
      }
      var unit = PlstmGraph.unit(execution, DataType.DOUBLE);
      unit.forward(inputs, y, true);
      unit.backward(inputs, new INDArray[] {cotangent}, java.util.Arrays.copyOf(d, 9));
      d[9] = y[0];
      gradients.add(d);
    }
    for (int i : new int[] {0, 1, 2, 3, 4, 5, 6, 9}) {
      for (int form = 1; form < 3; form++) {
        assertTrue(gradients.get(0)[i].equalsWithEps(gradients.get(form)[i], 1e-11), "array " + i);
      }
    }
  }
}
