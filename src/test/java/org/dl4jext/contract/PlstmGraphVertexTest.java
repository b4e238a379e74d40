package org.dl4jext.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Path;
import java.util.Random;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jext.recurrent.plstm.PlstmGraphVertex;
import org.dl4jext.samediff.plstm.PlstmGraphSpec;
import org.dl4jext.samediff.plstm.PlstmMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** pLSTM on graphs as a vertex: two of them, of which the second walks backwards. */
class PlstmGraphVertexTest {

  private static final int FEATURES = 3;

  /** Two graphs: six nodes and seven edges; four nodes and three edges, the rest masked. */
  private static final int[][][] EDGES = {
    {{2, 0}, {0, 1}, {2, 1}, {1, 4}, {0, 4}, {5, 4}, {4, 3}},
    {{0, 1}, {1, 2}, {0, 3}, {0, 0}, {0, 0}, {0, 0}, {0, 0}}
  };

  private static ComputationGraph net(PlstmMode mode, DataType type, IUpdater updater) {
    PlstmGraphSpec spec = PlstmGraphSpec.of(mode, 2, 3);
    ComputationGraphConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .dataType(type)
            .updater(updater)
            .graphBuilder()
            .addInputs("nodes", "edges")
            .addVertex("forward", new PlstmGraphVertex(spec, FEATURES, 5), "nodes", "edges")
            .addVertex(
                "backward",
                new PlstmGraphVertex(spec.with("reversed", true), 5, 2),
                "forward",
                "edges")
            .addLayer(
                "loss",
                // fit does nothing in a graph whose layers, as opposed to vertices, have no
                // parameters
                new RnnOutputLayer.Builder(LossFunction.MSE)
                    .activation(Activation.IDENTITY)
                    .nIn(2)
                    .nOut(2)
                    .build(),
                "backward")
            .setOutputs("loss")
            .build();
    ComputationGraph net = new ComputationGraph(configuration);
    net.init();
    Nd4j.getRandom().setSeed(11);
    net.params().addi(Nd4j.randn(type, net.params().shape()).muli(0.3));
    return net;
  }

  private static INDArray random(int seed, long... shape) {
    Random random = new Random(seed);
    INDArray array = Nd4j.create(DataType.DOUBLE, shape);
    for (int i = 0; i < array.length(); i++) {
      array.putScalar(i, random.nextGaussian());
    }
    return array;
  }

  private static INDArray edges() {
    INDArray edges = Nd4j.create(DataType.DOUBLE, 2, 2, 7);
    for (int n = 0; n < 2; n++) {
      for (int e = 0; e < 7; e++) {
        edges.putScalar(n, 0, e, EDGES[n][e][0]);
        edges.putScalar(n, 1, e, EDGES[n][e][1]);
      }
    }
    return edges;
  }

  private static INDArray[] masks() {
    return new INDArray[] {
      Nd4j.createFromArray(new double[][] {{1, 1, 1, 1, 1, 1}, {1, 1, 1, 1, 0, 0}}),
      Nd4j.createFromArray(new double[][] {{1, 1, 1, 1, 1, 1, 1}, {1, 1, 1, 0, 0, 0, 0}})
    };
  }

  private static INDArray output(
      ComputationGraph net, INDArray nodes, INDArray edges, INDArray[] masks) {
    net.setLayerMaskArrays(masks, null);
    INDArray y = net.feedForward(new INDArray[] {nodes, edges}, false).get("backward").dup('c');
    net.clearLayerMaskArrays();
    return y;
  }

  @ParameterizedTest
  @EnumSource(PlstmMode.class)
  void gradientsAreExact(PlstmMode mode) {
    LayerUnderTest.withDoubleDefault(
        () ->
            assertTrue(
                GradientCheckUtil.checkGradients(
                    new GradientCheckUtil.GraphConfig()
                        .net(net(mode, DataType.DOUBLE, new NoOp()))
                        .inputs(new INDArray[] {random(1, 2, FEATURES, 6), edges()})
                        .labels(new INDArray[] {random(2, 2, 2, 6)})
                        .inputMask(masks())
                        .labelMask(new INDArray[] {masks()[0]})
                        .maxRelError(1e-5)
                        .minAbsoluteError(1e-8)
                        .subset(true)
                        .maxPerParam(10)
                        .print(GradientCheckUtil.PrintMode.FAILURES_ONLY))));
  }

  @ParameterizedTest
  @EnumSource(PlstmMode.class)
  void permutedNodesGivePermutedOutputs(PlstmMode mode) {
    ComputationGraph net = net(mode, DataType.DOUBLE, new NoOp());
    INDArray nodes = random(1, 2, FEATURES, 6);
    INDArray edges = edges();
    int[] to = {3, 5, 0, 1, 4, 2};
    INDArray moved = nodes.dup();
    INDArray renamed = edges.dup();
    for (int n = 0; n < 2; n++) {
      for (int v = 0; v < 6; v++) {
        for (int c = 0; c < FEATURES; c++) {
          moved.putScalar(n, c, to[v], nodes.getDouble(n, c, v));
        }
      }
      for (int e = 0; e < 7; e++) {
        for (int end = 0; end < 2; end++) {
          renamed.putScalar(n, end, e, to[(int) edges.getDouble(n, end, e)]);
        }
      }
    }
    INDArray[] masks = {Nd4j.ones(DataType.DOUBLE, 2, 6), masks()[1]};
    INDArray got = output(net, moved, renamed, masks);
    INDArray y = output(net, nodes, edges, masks);
    for (int n = 0; n < 2; n++) {
      for (int v = 0; v < 6; v++) {
        for (int c = 0; c < 2; c++) {
          assertEquals(y.getDouble(n, c, v), got.getDouble(n, c, to[v]), 1e-12);
        }
      }
    }
  }

  @Test
  void aMaskedNodeIsNotThere() {
    ComputationGraph net = net(PlstmMode.P, DataType.DOUBLE, new NoOp());
    INDArray nodes = random(1, 2, FEATURES, 6);
    INDArray both = output(net, nodes, edges(), masks());
    INDArray[] poisoned = masks();
    for (int v = 4; v < 6; v++) {
      for (int c = 0; c < FEATURES; c++) {
        nodes.putScalar(1, c, v, Double.NaN);
      }
    }
    ArrayAssertions.assertBitEqual(both, output(net, nodes, edges(), poisoned));
    INDArray small = Nd4j.create(DataType.DOUBLE, 1, FEATURES, 4);
    INDArray few = Nd4j.create(DataType.DOUBLE, 1, 2, 3);
    for (int v = 0; v < 4; v++) {
      for (int c = 0; c < FEATURES; c++) {
        small.putScalar(0, c, v, nodes.getDouble(1, c, v));
      }
    }
    for (int e = 0; e < 3; e++) {
      few.putScalar(0, 0, e, EDGES[1][e][0]);
      few.putScalar(0, 1, e, EDGES[1][e][1]);
    }
    INDArray alone = output(net, small, few, null);
    for (int v = 0; v < 6; v++) {
      for (int c = 0; c < 2; c++) {
        double want = v < 4 ? alone.getDouble(0, c, v) : 0;
        assertEquals(want, both.getDouble(1, c, v), 1e-12);
      }
    }
  }

  @Test
  void aSavedNetworkTrainsOnBitEqual(@TempDir Path folder) throws Exception {
    ComputationGraph net = net(PlstmMode.D, DataType.FLOAT, new Adam(1e-2));
    MultiDataSet data =
        new MultiDataSet(
            new INDArray[] {
              random(1, 2, FEATURES, 6).castTo(DataType.FLOAT), edges().castTo(DataType.FLOAT)
            },
            new INDArray[] {random(2, 2, 2, 6).castTo(DataType.FLOAT)},
            masks(),
            new INDArray[] {masks()[0]});
    double before = net.score(data);
    net.fit(data);
    ComputationGraphConfiguration configuration = net.getConfiguration();
    assertEquals(configuration, ComputationGraphConfiguration.fromJson(configuration.toJson()));
    assertEquals(configuration, ComputationGraphConfiguration.fromYaml(configuration.toYaml()));
    File file = folder.resolve("net.zip").toFile();
    net.save(file, true);
    ComputationGraph loaded = ComputationGraph.load(file, true);
    for (int i = 0; i < 40; i++) {
      net.fit(data);
      loaded.fit(data);
    }
    ArrayAssertions.assertBitEqual(net.params(), loaded.params());
    assertTrue(net.score(data) < 0.8 * before, net.score(data) + " of " + before);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    ComputationGraph net = net(PlstmMode.P, DataType.DOUBLE, new NoOp());
    INDArray nodes = random(1, 2, FEATURES, 6);
    INDArray cycle = edges();
    cycle.putScalar(0, 0, 0, 3).putScalar(0, 1, 0, 4);
    RefusalPromises.assertMessage(
        assertThrows(DL4JInvalidInputException.class, () -> output(net, nodes, cycle, masks())),
        "'forward'",
        "cycle");
    INDArray far = edges();
    far.putScalar(0, 0, 0, 6);
    RefusalPromises.assertMessage(
        assertThrows(DL4JInvalidInputException.class, () -> output(net, nodes, far, masks())),
        "edge 0 of example 0",
        "0 to 5");
    RefusalPromises.assertMessage(
        assertThrows(
            DL4JInvalidInputException.class,
            () -> output(net, random(1, 2, FEATURES + 1, 6), edges(), null)),
        "[2, 4, 6]",
        "[N,3,V]");
  }
}
