package org.dl4jext.zoo.golden;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.plstm.PlstmGraph;
import org.dl4jext.samediff.plstm.PlstmGrid;
import org.dl4jext.samediff.plstm.PlstmSequence;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The recurrences of pLSTM on a sequence, a grid and a graph. */
final class PlstmCoreRunner implements OpRunner {

  private static final String SEQUENCE = "plstm_1d";
  private static final String GRID = "plstm_2d";
  private static final String GRAPH = "plstm_graph";

  private static final List<String> GRAPH_INPUTS =
      List.of(
          "query", "key", "value", "direct", "source", "mark", "transition", "edges", "line_edges");

  @Override
  public Set<String> ops() {
    return Set.of(SEQUENCE, GRID, GRAPH);
  }

  @Override
  public boolean hasExecutions() {
    return true;
  }

  @Override
  public List<Way> ways(GoldenCase c) {
    CaseConfig config = new CaseConfig(c.config());
    return switch (c.op()) {
      case SEQUENCE -> sequence(c, config);
      case GRID -> grid(c, config);
      default -> graph(c, config);
    };
  }

  /** The names with null for those that a case does not hold. */
  private static List<String> present(GoldenCase c, List<String> names) {
    return Arrays.asList(
        names.stream().map(n -> c.inputs().containsKey(n) ? n : null).toArray(String[]::new));
  }

  private static List<Way> sequence(GoldenCase c, CaseConfig config) {
    double scale = config.number("qk_scale");
    config.info("chunk_used").requireAllRead();
    List<String> names = List.of("Q", "K", "V", "S", "T", "M", "D", "C0");
    List<String> outputs = List.of("Y", "C_last");
    PlstmShapes shapes = PlstmShapes.of(c, 2, "S", "M");
    for (String name : names) {
      shapes.require(c, name, name.equals("C0"));
    }
    c.requireArrays(new HashSet<>(names), Set.copyOf(outputs));
    return UnitWay.unitAndOp(
        c,
        present(c, names),
        outputs,
        (execution, type) -> PlstmSequence.unit(scale, execution, type),
        given ->
            DeltaGraphs.run(
                given,
                (sd, in) -> {
                  PlstmSequence.Result result =
                      PlstmSequence.apply(
                          sd, in[0], in[1], in[2], in[3], in[4], in[5], in[6], in[7], scale);
                  return List.of(result.outputs(), result.state());
                }));
  }

  private static List<Way> grid(GoldenCase c, CaseConfig config) {
    double scale = config.number("qk_scale");
    config.info("chunk_used", "mode").requireAllRead();
    List<String> names =
        List.of("Q", "K", "V", "S_r", "S_d", "T_rl", "T_du", "T_dl", "T_ru", "M_l", "M_u", "D");
    PlstmShapes shapes = PlstmShapes.of(c, 3, "S_r", "M_l");
    for (String name : names) {
      shapes.require(c, name, name.startsWith("T_") || name.equals("D"));
    }
    c.requireArrays(new HashSet<>(names), Set.of("Y"));
    return UnitWay.unitAndOp(
        c,
        present(c, names),
        List.of("Y"),
        (execution, type) -> PlstmGrid.unit(scale, execution, type),
        given ->
            DeltaGraphs.run(
                given, (sd, in) -> List.of(PlstmGrid.apply(sd, Arrays.asList(in), scale))));
  }

  private static List<Way> graph(GoldenCase c, CaseConfig config) {
    config.info("mode", "qk_scale").requireAllRead();
    c.requireArrays(new HashSet<>(GRAPH_INPUTS), Set.of("out"));
    long heads = c.inputOfRank(3, "query").size(0);
    long nodes = c.inputOfRank(3, "query").size(1);
    c.input("key", heads, nodes, c.inputOfRank(3, "query").size(2));
    c.input("value", heads, nodes, c.inputOfRank(3, "value").size(2));
    c.input("direct", heads, nodes);
    if (c.inputs().containsKey("edges")) {
      long edges = c.inputOfRank(2, "edges").size(0);
      c.input("source", heads, edges);
      c.input("mark", heads, edges);
    }
    if (c.inputs().containsKey("line_edges")) {
      c.input("transition", heads, c.inputOfRank(2, "line_edges").size(0));
    }
    return UnitWay.unitAndOp(
        c,
        present(c, GRAPH_INPUTS),
        List.of("out"),
        (execution, type) -> new OfGates(PlstmGraph.unit(execution, type)),
        given ->
            DeltaGraphs.run(given, (sd, in) -> List.of(PlstmGraph.apply(sd, Arrays.asList(in)))));
  }

  /** The graph's structure, which comes last, has no gradient. */
  private record OfGates(DifferentiableUnit unit) implements DifferentiableUnit {

    @Override
    public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
      unit.forward(inputs, outputs, keep);
    }

    @Override
    public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] gradients) {
      INDArray[] ofGates = Arrays.copyOf(gradients, gradients.length);
      Arrays.fill(ofGates, GRAPH_INPUTS.indexOf("edges"), ofGates.length, null);
      unit.backward(inputs, outputGradients, ofGates);
    }
  }
}
