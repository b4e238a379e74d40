package org.dl4jext.samediff.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.dl4jext.samediff.delta.DeltaLayer;
import org.dl4jext.samediff.delta.DeltaLayout;
import org.dl4jext.samediff.delta.DeltaRule;
import org.dl4jext.samediff.delta.DeltaRuleSpec;
import org.dl4jext.samediff.delta.DeltaSpec;
import org.dl4jext.samediff.delta.QueryKeyNorm;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.adapter.SingletonDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;

/** The ops inside SameDiff graphs: every way in which SameDiff runs, clones and stores an op. */
class UnitOpTest {

  private static final DeltaRuleSpec RULE = new DeltaRuleSpec(2, 0.5, QueryKeyNorm.L2, 1e-6, 0);

  @BeforeEach
  void seed() {
    Nd4j.getRandom().setSeed(7);
  }

  /** x [-1,-1,4] -> delta layer -> mean squared distance from the labels. */
  private static SameDiff layerGraph(DataType type, boolean masked) {
    DeltaLayout layout = new DeltaLayout(DeltaSpec.gatedDeltaProduct(4, 2, 2), 4, 3);
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", type, -1, -1, 4);
    SDVariable labels = sd.placeHolder("labels", type, -1, -1, 3);
    SDVariable mask = masked ? sd.placeHolder("mask", type, -1, -1) : null;
    List<SDVariable> parameters = new ArrayList<>();
    layout
        .parameters()
        .forEach(
            p ->
                parameters.add(
                    sd.var(
                        p.name(), Nd4j.randn(DataType.DOUBLE, p.toArray()).mul(0.3).castTo(type))));
    DeltaLayer.Result result = DeltaLayer.apply(sd, x, mask, parameters, null, layout);
    result.outputs().rename("y");
    result.states().get(0).rename("S");
    sd.math().square(result.outputs().sub(labels)).mean("loss", 0, 1, 2);
    sd.setLossVariables("loss");
    return sd;
  }

  private static Map<String, INDArray> batch(DataType type, int n, int t) {
    return Map.of(
        "x", Nd4j.randn(type, n, t, 4),
        "labels", Nd4j.randn(type, n, t, 3),
        "mask", Nd4j.ones(type, n, t));
  }

  private static Map<String, INDArray> without(Map<String, INDArray> map, String key) {
    Map<String, INDArray> copy = new HashMap<>(map);
    copy.remove(key);
    return copy;
  }

  @Test
  void gradientsThroughAGraphAreThoseOfFiniteDifferences() {
    SameDiff sd = layerGraph(DataType.DOUBLE, false);
    Map<String, INDArray> in = without(batch(DataType.DOUBLE, 2, 5), "mask");
    Map<String, INDArray> gradients = sd.calculateGradients(in, "W", "Wo", "Wc", "A", "dt", "Wn");
    for (Map.Entry<String, INDArray> e : gradients.entrySet()) {
      INDArray p = sd.getVariable(e.getKey()).getArr();
      for (long i = 0; i < p.length(); i += 7) {
        double value = p.getDouble(i);
        p.putScalar(i, value + 1e-5);
        double above = sd.output(in, "loss").get("loss").getDouble(0);
        p.putScalar(i, value - 1e-5);
        double below = sd.output(in, "loss").get("loss").getDouble(0);
        p.putScalar(i, value);
        assertEquals((above - below) / 2e-5, e.getValue().getDouble(i), 1e-7, e.getKey() + i);
      }
    }
  }

  @Test
  void aSilentGradientFunctionEqualsThatOfSameDiff() {
    for (boolean masked : new boolean[] {false, true}) {
      SameDiff ours = layerGraph(DataType.DOUBLE, masked);
      SameDiff theirs = ours.dup();
      Map<String, INDArray> in = batch(DataType.DOUBLE, 2, 5);
      in = masked ? in : without(in, "mask");
      Gradients.create(ours, "x");
      theirs.createGradFunction("x");
      String[] names = {"x", "W", "Wo", "Wc", "A", "dt", "Wn"};
      Map<String, INDArray> a = ours.calculateGradients(in, names);
      Map<String, INDArray> b = theirs.calculateGradients(in, names);
      for (String name : names) {
        assertEquals(b.get(name), a.get(name), name);
      }
    }
  }

  @Test
  void aVariableReadTwiceGetsTheSumOfItsGradients() {
    SameDiff sd = SameDiff.create();
    SDVariable a = sd.var("a", Nd4j.createFromArray(1.0, 2.0, 3.0));
    SDVariable b = a.mul(2).add(a.mul(a));
    SDVariable loss = b.mul(a).sum("loss");
    sd.setLossVariables(loss.name());
    Gradients.create(sd);
    INDArray gradient = sd.calculateGradients(Map.of(), "a").get("a");
    assertArrayEquals(new double[] {7, 20, 39}, gradient.toDoubleVector(), 1e-12);
  }

  @Test
  void aResultReadAtTwoDepthsGetsTheSumOfItsGradients() {
    SameDiff sd = SameDiff.create();
    SDVariable a = sd.var("a", Nd4j.createFromArray(0.5, -1.0));
    SDVariable y = a.mul(2);
    SDVariable z = sd.math().exp(sd.math().exp(y));
    y.mul(z).add(y).sum("loss");
    sd.setLossVariables("loss");
    Gradients.create(sd);
    double[] got = sd.calculateGradients(Map.of(), "a").get("a").toDoubleVector();
    for (int i = 0; i < got.length; i++) {
      double v = new double[] {1, -2}[i];
      double outer = Math.exp(Math.exp(v));
      assertEquals(2 * (outer + v * outer * Math.exp(v) + 1), got[i], 1e-9);
    }
  }

  @Test
  void differentiatingPrintsNothing() {
    ByteArrayOutputStream captured = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(captured, true, StandardCharsets.UTF_8));
    try {
      SameDiff sd = layerGraph(DataType.DOUBLE, true);
      Gradients.create(sd);
      sd.calculateGradients(batch(DataType.DOUBLE, 1, 3), "W");
    } finally {
      System.setOut(before);
    }
    assertEquals("", captured.toString(StandardCharsets.UTF_8));
  }

  @Test
  void gradientsOfAPlaceholderMustBeAskedForAtOnce() {
    SameDiff sd = layerGraph(DataType.DOUBLE, false);
    Gradients.create(sd, "x");
    Gradients.create(sd, "x");
    SameDiff other = layerGraph(DataType.DOUBLE, false);
    assertThrows(IllegalArgumentException.class, () -> Gradients.create(other, "absent"));
    other.setLossVariables(new String[0]);
    assertThrows(IllegalStateException.class, () -> Gradients.create(other));
  }

  @Test
  void fitTrainsThroughTheOp() {
    SameDiff sd = layerGraph(DataType.FLOAT, false);
    Gradients.create(sd);
    sd.setTrainingConfig(
        TrainingConfig.builder()
            .updater(new Adam(0.02))
            .dataSetFeatureMapping("x")
            .dataSetLabelMapping("labels")
            .build());
    Map<String, INDArray> in = batch(DataType.FLOAT, 4, 6);
    INDArray labels =
        in.get("x").get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(0, 3)).dup();
    Map<String, INDArray> feed = Map.of("x", in.get("x"), "labels", labels);
    double before = sd.output(feed, "loss").get("loss").getDouble(0);
    sd.fit(new SingletonDataSetIterator(new DataSet(in.get("x"), labels)), 60);
    double after = sd.output(feed, "loss").get("loss").getDouble(0);
    assertTrue(after < 0.3 * before, before + " -> " + after);
  }

  @Test
  void aStoredGraphGivesTheSameBits(@TempDir Path folder) {
    SameDiff sd = layerGraph(DataType.FLOAT, true);
    Map<String, INDArray> in = batch(DataType.FLOAT, 2, 5);
    Map<String, INDArray> before = sd.output(in, "y", "S");
    INDArray gradient = sd.calculateGradients(in, "W").get("W");
    File file = folder.resolve("graph.fb").toFile();
    sd.save(file, true);
    SameDiff loaded = SameDiff.load(file, true);
    Map<String, INDArray> after = loaded.output(in, "y", "S");
    assertEquals(before.get("y"), after.get("y"));
    assertEquals(before.get("S"), after.get("S"));
    loaded.setLossVariables("loss");
    assertEquals(gradient, loaded.calculateGradients(in, "W").get("W"));
  }

  @Test
  void oneGraphServesAnyBatchAndLength() {
    SameDiff sd = layerGraph(DataType.FLOAT, false);
    for (int t : new int[] {1, 9, 3}) {
      Map<String, INDArray> in = without(batch(DataType.FLOAT, 3, t), "mask");
      assertArrayEquals(new long[] {3, t, 3}, sd.output(in, "y").get("y").shape());
    }
  }

  @Test
  void threadsShareAGraph() throws Exception {
    SameDiff sd = layerGraph(DataType.DOUBLE, true);
    Map<String, INDArray> in = batch(DataType.DOUBLE, 2, 7);
    INDArray want = sd.output(in, "y").get("y");
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      Callable<Boolean> task =
          () -> {
            boolean same = true;
            for (int i = 0; i < 20; i++) {
              same &= want.equals(sd.output(in, "y").get("y"));
            }
            return same;
          };
      for (Future<Boolean> f : threads.invokeAll(List.of(task, task, task, task))) {
        assertTrue(f.get());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void theRuleWithoutGateAndStateDiffersFromZeroGateByNothing() {
    SameDiff sd = SameDiff.create();
    SDVariable q = sd.var("q", Nd4j.randn(DataType.DOUBLE, 1, 3, 1, 2));
    SDVariable k = sd.var("k", Nd4j.randn(DataType.DOUBLE, 1, 6, 1, 2));
    SDVariable v = sd.var("v", Nd4j.randn(DataType.DOUBLE, 1, 6, 2, 3));
    SDVariable beta = sd.var("beta", Nd4j.rand(DataType.DOUBLE, 1, 6, 2));
    SDVariable g = sd.var("g", Nd4j.zeros(DataType.DOUBLE, 1, 3, 2));
    SDVariable s = sd.var("s", Nd4j.zeros(DataType.DOUBLE, 1, 2, 2, 3));
    DeltaRule.Result plain = DeltaRule.apply(sd, q, k, v, beta, null, null, RULE);
    DeltaRule.Result zero = DeltaRule.apply(sd, q, k, v, beta, g, s, RULE);
    String[] names = {
      plain.outputs().name(), plain.state().name(), zero.outputs().name(), zero.state().name()
    };
    Map<String, INDArray> out = sd.output(Map.of(), names);
    assertEquals(out.get(names[0]), out.get(names[2]));
    assertEquals(out.get(names[1]), out.get(names[3]));
  }

  @Test
  void aWrongShapeFailsWithTheNameOfTheInput() {
    SameDiff sd = layerGraph(DataType.DOUBLE, false);
    Map<String, INDArray> in = without(batch(DataType.DOUBLE, 2, 5), "mask");
    Map<String, INDArray> wrong = new HashMap<>(in);
    wrong.put("x", Nd4j.ones(DataType.DOUBLE, 2, 5, 3));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> sd.output(wrong, "y"));
    assertTrue(e.getMessage().startsWith("delta layer: x is [2, 5, 3]"), e.getMessage());
    assertEquals(2, sd.output(in, "y").get("y").size(0));
  }

  @Test
  void anEagerGraphIsRefused() {
    SameDiff sd = SameDiff.create();
    sd.setEagerMode(true);
    SDVariable a = sd.var("a", Nd4j.ones(DataType.DOUBLE, 2));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> SelectOp.apply(sd, a, a, a));
    assertTrue(e.getMessage().contains("eager mode"), e.getMessage());
  }

  @Test
  void thousandsOfExecutionsDoNotGrow() {
    SameDiff sd = SameDiff.create();
    SDVariable a = sd.placeHolder("a", DataType.FLOAT, -1, 3);
    SDVariable b = sd.constant("b", Nd4j.zeros(DataType.FLOAT, 2, 3));
    SDVariable mask = sd.constant("m", Nd4j.createFromArray(true, false));
    SelectOp.apply(sd, mask, a, b).rename("y");
    Map<String, INDArray> in = Map.of("a", Nd4j.ones(DataType.FLOAT, 2, 3));
    long start = 0;
    for (int i = 0; i < 10_000; i++) {
      sd.output(in, "y").get("y").close();
      if (i % 100 == 0) {
        sd.getSessions().clear();
      }
      if (i == 2_000) {
        start = usedHeap();
      }
    }
    long grown = usedHeap() - start;
    assertTrue(grown < 2_000_000, "heap grew by " + grown + " bytes in 8000 executions");
  }

  /** ND4J frees in a thread of its own what the collector has found: ask until it settles. */
  private static long usedHeap() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      LockSupport.parkNanos(100_000_000);
      Runtime runtime = Runtime.getRuntime();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }
}
