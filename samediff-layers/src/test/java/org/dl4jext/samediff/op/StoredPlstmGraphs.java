package org.dl4jext.samediff.op;

import static org.dl4jext.samediff.op.StoredGraph.BATCH;
import static org.dl4jext.samediff.op.StoredGraph.INPUTS;
import static org.dl4jext.samediff.op.StoredGraph.OUTPUTS;
import static org.dl4jext.samediff.op.StoredGraph.STEPS;
import static org.dl4jext.samediff.op.StoredGraph.graph;
import static org.dl4jext.samediff.op.StoredGraph.parameters;
import static org.dl4jext.samediff.op.StoredGraph.random;
import static org.dl4jext.samediff.op.StoredGraph.x;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.factory.Nd4j;

/** Graphs of pLSTM. */
final class StoredPlstmGraphs {

  private StoredPlstmGraphs() {}

  static Stream<StoredGraph> graphs() {
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
        graph("pLSTM on a graph", StoredPlstmGraphs::onGraph));
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
}
