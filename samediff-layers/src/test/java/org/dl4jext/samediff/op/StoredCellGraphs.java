package org.dl4jext.samediff.op;

import static org.dl4jext.samediff.op.StoredGraph.BATCH;
import static org.dl4jext.samediff.op.StoredGraph.INPUTS;
import static org.dl4jext.samediff.op.StoredGraph.OUTPUTS;
import static org.dl4jext.samediff.op.StoredGraph.STEPS;
import static org.dl4jext.samediff.op.StoredGraph.graph;
import static org.dl4jext.samediff.op.StoredGraph.parameters;
import static org.dl4jext.samediff.op.StoredGraph.random;
import static org.dl4jext.samediff.op.StoredGraph.x;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
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
import org.dl4jext.samediff.qkan.Qkan;
import org.dl4jext.samediff.qkan.QkanAnsatz;
import org.dl4jext.samediff.qkan.QkanLayout;
import org.dl4jext.samediff.qkan.QkanLstmLayout;
import org.dl4jext.samediff.qkan.QkanLstmSpec;
import org.dl4jext.samediff.qkan.QkanMeasure;
import org.dl4jext.samediff.qkan.QkanSpec;
import org.dl4jext.samediff.ssm.SelectiveScan;
import org.nd4j.autodiff.samediff.SDVariable;

/** Graphs of the cells, the QKAN layers and the selective scan. */
final class StoredCellGraphs {

  private StoredCellGraphs() {}

  static Stream<StoredGraph> graphs() {
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
            }));
  }

  private static List<SDVariable> all(Cells.Result result) {
    List<SDVariable> all = new ArrayList<>(List.of(result.outputs()));
    all.addAll(result.states());
    return all;
  }
}
