package org.dl4jext.samediff.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
import org.dl4jext.samediff.plstm.PlstmGraph;
import org.dl4jext.samediff.plstm.PlstmGrid;
import org.dl4jext.samediff.plstm.PlstmGridLayout;
import org.dl4jext.samediff.plstm.PlstmGridSpec;
import org.dl4jext.samediff.plstm.PlstmLayers;
import org.dl4jext.samediff.plstm.PlstmLayout;
import org.dl4jext.samediff.plstm.PlstmMode;
import org.dl4jext.samediff.plstm.PlstmSequence;
import org.dl4jext.samediff.plstm.PlstmSpec;
import org.dl4jext.samediff.plstm.PlstmVariant;
import org.dl4jext.samediff.qkan.Qkan;
import org.dl4jext.samediff.qkan.QkanAnsatz;
import org.dl4jext.samediff.qkan.QkanLayout;
import org.dl4jext.samediff.qkan.QkanLstmLayout;
import org.dl4jext.samediff.qkan.QkanLstmSpec;
import org.dl4jext.samediff.qkan.QkanMeasure;
import org.dl4jext.samediff.qkan.QkanSpec;
import org.dl4jext.samediff.ssm.SelectiveScan;
import org.dl4jext.samediff.universal.ActType;
import org.dl4jext.samediff.universal.CacheLimit;
import org.dl4jext.samediff.universal.HaltedState;
import org.dl4jext.samediff.universal.HaltingScope;
import org.dl4jext.samediff.universal.HaltingSpec;
import org.dl4jext.samediff.universal.NormPlacement;
import org.dl4jext.samediff.universal.PositionIndex;
import org.dl4jext.samediff.universal.TimingSignal;
import org.dl4jext.samediff.universal.Universal;
import org.dl4jext.samediff.universal.UniversalLayout;
import org.dl4jext.samediff.universal.UniversalSpec;
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

  private static List<SDVariable> halting(SameDiff sd) {
    Universal.HaltingResult result =
        Universal.halting(
            sd,
            random(sd, "logits", 3, BATCH, STEPS),
            random(sd, "states", 3, BATCH, STEPS, OUTPUTS),
            null,
            new HaltingSpec(3, 0.2, ActType.BASIC, false));
    return List.of(result.outputs(), result.remainders(), result.weights(), result.ponder());
  }

  /** No option stands at its default, as far as they go together. */
  private static List<SDVariable> universal(SameDiff sd, int memorySize) {
    UniversalSpec spec =
        UniversalSpec.ofHeads(2)
            .with(
                Map.of(
                    "innerSize",
                    3,
                    "maxSteps",
                    3,
                    "halting",
                    HaltingScope.GLOBAL,
                    "actType",
                    ActType.BASIC,
                    "epsilon",
                    0.2,
                    "forceRemainder",
                    false,
                    "haltedState",
                    HaltedState.COPY))
            .with(
                Map.of(
                    "norm", NormPlacement.POST,
                    "layerNormEpsilon", 1e-3,
                    "positionTiming", TimingSignal.LEARNED,
                    "stepTiming", TimingSignal.SINUSOID,
                    "positionIndex", PositionIndex.ABSOLUTE,
                    "maxLength", 7));
    if (memorySize > 0) {
      spec =
          spec.with(
              Map.of(
                  "causal", true,
                  "cacheLimit", CacheLimit.SLIDE,
                  "maxLength", 3,
                  "halting", HaltingScope.POSITION,
                  "positionTiming", TimingSignal.NONE,
                  "positionIndex", PositionIndex.VALID));
    }
    UniversalLayout layout = new UniversalLayout(spec, INPUTS, OUTPUTS, memorySize);
    List<SDVariable> parameters = parameters(sd, layout.parameters());
    Universal.Result result =
        memorySize == 0
            ? Universal.encoder(sd, x(sd), null, parameters, layout)
            : Universal.decoder(
                sd,
                x(sd),
                null,
                random(sd, "memory", BATCH, 4, memorySize),
                null,
                parameters,
                layout);
    return List.of(result.outputs(), result.remainders(), result.ponder());
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
    return Stream.concat(
        plstm(),
        Stream.of(
            graph(
                "LSTM",
                sd ->
                    all(
                        Cells.layer(
                            sd, x(sd), null, parameters(sd, lstm.parameters()), null, lstm))),
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
                            sd,
                            x(sd),
                            null,
                            parameters(sd, paraLstm.parameters()),
                            null,
                            paraLstm))),
            graph(
                "activations",
                sd ->
                    List.of(
                        Qkan.layer(
                            sd,
                            x(sd),
                            null,
                            parameters(sd, activations.parameters()),
                            activations))),
            graph(
                "QKAN layer",
                sd ->
                    List.of(
                        Qkan.layer(sd, x(sd), null, parameters(sd, layer.parameters()), layer))),
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
                })));
  }

  private static Stream<Graph> plstm() {
    PlstmLayout layer =
        new PlstmLayout(
            PlstmSpec.of(2, 2)
                .withStateTracking(2)
                .with(Map.of("convolution", 3, "eigenvalueFactor", 2.0, "expmOrder", 5)),
            INPUTS,
            OUTPUTS);
    PlstmGridLayout grid =
        new PlstmGridLayout(
            PlstmGridSpec.of(PlstmMode.P, 1, 2)
                .with(Map.of("variant", PlstmVariant.REFERENCE_CODE, "orientationScale", 3.0)),
            INPUTS,
            OUTPUTS);
    long[] mark = {BATCH, STEPS, 1, 1, 1};
    long[] onGrid = {BATCH, 3, 3, 1, 1, 1};
    return Stream.of(
        graph("halting", StoredOpsTest::halting),
        graph("Universal Transformer, encoder", sd -> universal(sd, 0)),
        graph("Universal Transformer, decoder", sd -> universal(sd, 3)),
        graph(
            "pLSTM layer",
            sd -> {
              PlstmLayers.Result result =
                  PlstmLayers.apply(
                      sd, x(sd), null, parameters(sd, layer.parameters()), null, layer);
              List<SDVariable> all = new ArrayList<>(List.of(result.outputs()));
              all.addAll(result.states());
              return all;
            }),
        graph(
            "pLSTM layer on grids",
            sd ->
                List.of(
                    PlstmLayers.applyGrid(
                        sd,
                        random(sd, "x", BATCH, 3, 3, INPUTS),
                        null,
                        parameters(sd, grid.parameters()),
                        grid))),
        graph(
            "pLSTM on a sequence",
            sd -> {
              PlstmSequence.Result result =
                  PlstmSequence.apply(
                      sd,
                      random(sd, "Q", BATCH, STEPS, 2, 1),
                      random(sd, "K", BATCH, STEPS, 2, 1),
                      random(sd, "V", BATCH, STEPS, 3, 1),
                      random(sd, "S", mark),
                      random(sd, "T", BATCH, STEPS, 1, 1),
                      random(sd, "M", mark),
                      random(sd, "D", BATCH, STEPS, 1, 1, 1, 1),
                      null,
                      0.7);
              return List.of(result.outputs(), result.state());
            }),
        graph(
            "pLSTM on a grid",
            sd ->
                List.of(
                    PlstmGrid.apply(
                        sd,
                        Arrays.asList(
                            random(sd, "Q", BATCH, 3, 3, 2, 1),
                            random(sd, "K", BATCH, 3, 3, 2, 1),
                            random(sd, "V", BATCH, 3, 3, 3, 1),
                            random(sd, "S_r", onGrid),
                            random(sd, "S_d", onGrid),
                            random(sd, "T_rl", BATCH, 3, 3, 1, 1),
                            random(sd, "T_du", BATCH, 3, 3, 1, 1),
                            null,
                            random(sd, "T_ru", BATCH, 3, 3, 1, 1),
                            random(sd, "M_l", onGrid),
                            random(sd, "M_u", onGrid),
                            null),
                        0.7))),
        graph("pLSTM on a graph", StoredOpsTest::onGraph));
  }

  /** 0 -> 1 -> 2. */
  private static List<SDVariable> onGraph(SameDiff sd) {
    return List.of(
        PlstmGraph.apply(
            sd,
            List.of(
                random(sd, "query", 2, 3, 2),
                random(sd, "key", 2, 3, 2),
                random(sd, "value", 2, 3, 4),
                random(sd, "direct", 2, 3),
                random(sd, "source", 2, 2),
                random(sd, "mark", 2, 2),
                random(sd, "transition", 2, 1),
                sd.constant("edges", Nd4j.createFromArray(new int[][] {{0, 1}, {1, 2}})),
                sd.constant("lineEdges", Nd4j.createFromArray(new int[][] {{0, 1}})))));
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
