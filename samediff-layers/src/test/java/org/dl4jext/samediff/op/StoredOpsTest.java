package org.dl4jext.samediff.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.UnitRuns;
import org.dl4jext.samediff.cells.CellActivation;
import org.dl4jext.samediff.cells.CellLayout;
import org.dl4jext.samediff.cells.Cells;
import org.dl4jext.samediff.cells.LstmSpec;
import org.dl4jext.samediff.cells.ParaCells;
import org.dl4jext.samediff.cells.ParaEvaluation;
import org.dl4jext.samediff.cells.ParaGruSpec;
import org.dl4jext.samediff.cells.ParaLayout;
import org.dl4jext.samediff.cells.ParaLstmSpec;
import org.dl4jext.samediff.delta.EigenvalueRange;
import org.dl4jext.samediff.memory.BaseMemory;
import org.dl4jext.samediff.memory.CachePolicy;
import org.dl4jext.samediff.memory.CachedRecurrence;
import org.dl4jext.samediff.memory.CachedRecurrenceSpec;
import org.dl4jext.samediff.memory.CachingSpec;
import org.dl4jext.samediff.memory.CachingVariant;
import org.dl4jext.samediff.memory.GateHeads;
import org.dl4jext.samediff.memory.KeyMixing;
import org.dl4jext.samediff.memory.MemoryCachingLayer;
import org.dl4jext.samediff.memory.MemoryCachingLayout;
import org.dl4jext.samediff.memory.MemoryCachingSpec;
import org.dl4jext.samediff.memory.RouterFeatures;
import org.dl4jext.samediff.memory.RouterPooling;
import org.dl4jext.samediff.memory.SegmentStart;
import org.dl4jext.samediff.memory.Segmentation;
import org.dl4jext.samediff.qkan.Qkan;
import org.dl4jext.samediff.qkan.QkanAnsatz;
import org.dl4jext.samediff.qkan.QkanLayout;
import org.dl4jext.samediff.qkan.QkanLstmLayout;
import org.dl4jext.samediff.qkan.QkanLstmSpec;
import org.dl4jext.samediff.qkan.QkanMeasure;
import org.dl4jext.samediff.qkan.QkanSpec;
import org.dl4jext.samediff.ssm.SelectiveScan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Every option of the ops survives {@code SameDiff.save} and {@code SameDiff.load}. */
class StoredOpsTest {

  private static final int BATCH = 2;
  private static final int STEPS = 5;
  private static final int INPUTS = 2;
  private static final int OUTPUTS = 4;

  /** A graph of one op; the loss is the sum of the squares of its outputs. */
  private record Graph(String name, SameDiff sd) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Graph graph(String name, Builder builder) {
    Nd4j.getRandom().setSeed(3);
    SameDiff sd = SameDiff.create();
    SDVariable loss = null;
    for (SDVariable output : builder.outputs(sd)) {
      SDVariable part = output.mul(output).sum();
      loss = loss == null ? part : loss.add(part);
    }
    sd.identity("loss", loss).markAsLoss();
    return new Graph(name, sd);
  }

  @FunctionalInterface
  private interface Builder {
    List<SDVariable> outputs(SameDiff sd);
  }

  private static SDVariable random(SameDiff sd, String name, long... shape) {
    return sd.var(name, UnitRuns.random(DataType.DOUBLE, 0.5, shape));
  }

  private static SDVariable x(SameDiff sd) {
    return random(sd, "x", BATCH, STEPS, INPUTS);
  }

  private static List<SDVariable> parameters(SameDiff sd, List<TensorShape> shapes) {
    return shapes.stream().map(p -> random(sd, p.name(), p.toArray())).toList();
  }

  private static List<SDVariable> all(Cells.Result result) {
    List<SDVariable> all = new ArrayList<>(List.of(result.outputs()));
    all.addAll(result.states());
    return all;
  }

  static Stream<Graph> graphs() {
    CellLayout lstm =
        new CellLayout(
            LstmSpec.classic()
                .withHeads(2)
                .withGateActivation(CellActivation.HARD_SIGMOID)
                .withActivation(CellActivation.SOFTSIGN),
            INPUTS,
            OUTPUTS);
    ParaLayout gru =
        new ParaLayout(new ParaGruSpec(2, ParaEvaluation.NEWTON, 2, 10), INPUTS, OUTPUTS);
    ParaLayout paraLstm =
        new ParaLayout(new ParaLstmSpec(1, ParaEvaluation.SEQUENTIAL, 3, 1e-5), INPUTS, OUTPUTS);
    QkanLayout activations =
        QkanLayout.activations(
            new QkanSpec(2, QkanAnsatz.REAL, QkanMeasure.FAST, true, false, true), INPUTS);
    QkanLayout layer =
        QkanLayout.layer(
            new QkanSpec(1, QkanAnsatz.RPZ, QkanMeasure.EXPECTATION, false, true, false),
            INPUTS,
            OUTPUTS);
    QkanLstmLayout hybrid =
        new QkanLstmLayout(
            QkanLstmSpec.standard()
                .with("measure", QkanMeasure.FAST)
                .withLatent(3, 2)
                .with("sharedCodec", true),
            INPUTS,
            OUTPUTS);
    return Stream.of(
        graph(
            "LSTM",
            sd -> all(Cells.layer(sd, x(sd), null, parameters(sd, lstm.parameters()), null, lstm))),
        graph(
            "ParaGRU by two Newton iterations, every state",
            sd -> {
              Cells.Result result =
                  ParaCells.everyState(
                      sd, x(sd), null, parameters(sd, gru.parameters()), null, gru);
              long[] shape = result.states().get(0).eval().shape();
              assertArrayEquals(new long[] {BATCH, STEPS, OUTPUTS}, shape);
              return all(result);
            }),
        graph(
            "ParaLSTM",
            sd ->
                all(
                    ParaCells.layer(
                        sd, x(sd), null, parameters(sd, paraLstm.parameters()), null, paraLstm))),
        graph(
            "activations",
            sd ->
                List.of(
                    Qkan.layer(
                        sd, x(sd), null, parameters(sd, activations.parameters()), activations))),
        graph(
            "QKAN layer",
            sd -> List.of(Qkan.layer(sd, x(sd), null, parameters(sd, layer.parameters()), layer))),
        graph(
            "HQKAN-LSTM",
            sd -> {
              Qkan.Result result =
                  Qkan.lstm(sd, x(sd), null, parameters(sd, hybrid.parameters()), null, hybrid);
              return List.of(result.outputs(), result.h(), result.c());
            }),
        graph(
            "signed selective scan",
            sd -> {
              SelectiveScan.Result result =
                  SelectiveScan.apply(
                      sd,
                      x(sd),
                      random(sd, "delta", BATCH, STEPS, INPUTS),
                      random(sd, "A", INPUTS, 3),
                      random(sd, "B", BATCH, STEPS, 3),
                      random(sd, "C", BATCH, STEPS, 3),
                      random(sd, "D", INPUTS),
                      null,
                      EigenvalueRange.SIGNED);
              return List.of(result.outputs(), result.state());
            }),
        cachingLayer(
            "linear memories, pooled inputs",
            MemoryCachingSpec.of(
                    BaseMemory.LINEAR,
                    CachingSpec.ofSegments(2)
                        .withRouterFeatures(RouterFeatures.HIDDEN)
                        .withRouterPooling(RouterPooling.SUM)
                        .withMaxCachedSegments(1)
                        .withCachePolicy(CachePolicy.MERGE),
                    OUTPUTS,
                    2)
                .withKeyMixing(KeyMixing.SHIFT)
                .withRouterScale(2)
                .withLearnedRouterScale(true)),
        cachingLayer(
            "sparse delta memories, logarithmic segments",
            MemoryCachingSpec.of(
                    BaseMemory.DELTA,
                    CachingSpec.ofSegments(1)
                        .withSegmentation(Segmentation.LOGARITHMIC)
                        .withVariant(CachingVariant.SPARSE)
                        .withRouterFeatures(RouterFeatures.HIDDEN)
                        .withGateHeads(GateHeads.SHARED)
                        .withTopK(1),
                    OUTPUTS,
                    1)
                .withRouterSize(3)
                .withRouterScale(3)
                .withKeyMixing(KeyMixing.NONE)
                .withQueryKeyNorm(false)
                .withOutputNorm(false)
                .withScale(0.3)),
        cachingLayer(
            "soup of deep memories",
            MemoryCachingSpec.of(
                    BaseMemory.TITANS,
                    CachingSpec.ofSegments(2)
                        .withVariant(CachingVariant.SOUP)
                        .withSegmentStart(SegmentStart.CHECKPOINT),
                    OUTPUTS,
                    2)
                .withKeySize(3)
                .withConvolutionWidth(2)
                .withDeepSize(5)
                .with("queryKeyNormEps", 0.1)
                .with("outputNormEps", 0.2)),
        graph(
            "cached recurrence of given segments",
            sd -> {
              CachedRecurrence.Result result =
                  CachedRecurrence.apply(
                      sd,
                      random(sd, "q", BATCH, STEPS, 1, 3),
                      random(sd, "k", BATCH, STEPS, 1, 3),
                      random(sd, "v", BATCH, STEPS, 1, 2),
                      random(sd, "u", BATCH, STEPS, 1, 3),
                      null,
                      List.of(random(sd, "beta", BATCH, STEPS, 1)),
                      List.of(),
                      null,
                      new CachedRecurrenceSpec(
                          BaseMemory.DELTA, CachingSpec.ofSegments(1), 0.7, 1.5, List.of(1, 3, 1)));
              return List.of(result.outputs(), result.gates());
            }));
  }

  private static Graph cachingLayer(String name, MemoryCachingSpec spec) {
    MemoryCachingLayout layout = new MemoryCachingLayout(spec, INPUTS, OUTPUTS);
    return graph(
        name,
        sd -> {
          MemoryCachingLayer.Result result =
              MemoryCachingLayer.apply(
                  sd, x(sd), null, parameters(sd, layout.parameters()), null, layout);
          List<SDVariable> all = new ArrayList<>(List.of(result.outputs()));
          all.addAll(result.states());
          return all;
        });
  }

  @ParameterizedTest
  @MethodSource("graphs")
  void aStoredGraphGivesTheSameBits(Graph graph, @TempDir Path folder) {
    File file = folder.resolve("graph.fb").toFile();
    graph.sd.save(file, true);
    SameDiff loaded = SameDiff.load(file, true);
    loaded.setLossVariables("loss");
    String[] wanted =
        graph.sd.variables().stream()
            .filter(v -> v.getVariableType() == VariableType.VARIABLE)
            .map(SDVariable::name)
            .toArray(String[]::new);
    assertTrue(wanted.length > 1);
    assertSame(
        graph.sd.output(Map.of(), "loss").get("loss"), loaded.output(Map.of(), "loss").get("loss"));
    Map<String, INDArray> expected = graph.sd.calculateGradients(Map.of(), wanted);
    Map<String, INDArray> actual = loaded.calculateGradients(Map.of(), wanted);
    for (String name : wanted) {
      assertSame(expected.get(name), actual.get(name));
      assertTrue(expected.get(name).amaxNumber().doubleValue() > 0, name);
    }
  }

  private static void assertSame(INDArray expected, INDArray actual) {
    assertArrayEquals(expected.dup('c').data().asDouble(), actual.dup('c').data().asDouble());
  }

  @Test
  void aWrongNumberOfParametersIsNamed() {
    SameDiff sd = SameDiff.create();
    QkanLayout layout = QkanLayout.layer(QkanSpec.standard(), INPUTS, OUTPUTS);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> Qkan.layer(sd, x(sd), null, List.of(), layout))
            .getMessage();
    assertTrue(message.contains("0 parameters; allowed: 6"), message);
  }
}
