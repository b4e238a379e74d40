package org.dl4jext.zoo.golden;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.qkan.Qkan;
import org.dl4jext.samediff.qkan.QkanAnsatz;
import org.dl4jext.samediff.qkan.QkanLayout;
import org.dl4jext.samediff.qkan.QkanLstmLayout;
import org.dl4jext.samediff.qkan.QkanLstmSpec;
import org.dl4jext.samediff.qkan.QkanMeasure;
import org.dl4jext.samediff.qkan.QkanSpec;
import org.dl4jext.samediff.qkan.QkanUnits;
import org.nd4j.autodiff.samediff.SDVariable;

/** Single-qubit activations, QKAN layers, and the LSTMs over them. */
final class QkanRunner implements OpRunner {

  private static final String DARUAN = "daruan";
  private static final String LAYER = "qkan_layer";
  private static final String CELL = "qkan_lstm_cell";
  private static final String LSTM = "qkan_lstm";
  private static final String HYBRID = "hqkan_lstm";

  @Override
  public Set<String> ops() {
    return Set.of(DARUAN, LAYER, CELL, LSTM, HYBRID);
  }

  @Override
  public boolean hasExecutions() {
    return true;
  }

  @Override
  public List<Way> ways(GoldenCase c) {
    CaseConfig config = new CaseConfig(c.config());
    QkanSpec edges = edges(c, config);
    return switch (c.op()) {
      case DARUAN, LAYER -> layerWays(c, config, edges);
      default -> lstmWays(c, config, edges);
    };
  }

  private static QkanSpec edges(GoldenCase c, CaseConfig config) {
    boolean whole = !c.op().equals(DARUAN);
    if (whole) {
      config.fixed("base_activation", "silu");
    }
    return new QkanSpec(
        config.integer("reps", 1),
        config.choice("ansatz", QkanAnsatz.values()),
        config.choice("measure", QkanMeasure.values()),
        config.flag("preact_trainable"),
        whole,
        whole);
  }

  private static List<Way> layerWays(GoldenCase c, CaseConfig config, QkanSpec edges) {
    config.requireAllRead();
    GoldenArray x = c.inputOfRank(2, "x");
    GoldenArray theta = c.inputOfRank(c.op().equals(DARUAN) ? 3 : 4, "theta");
    QkanLayout layout =
        c.op().equals(DARUAN)
            ? QkanLayout.activations(edges, theta.size(0))
            : QkanLayout.layer(edges, theta.size(1), theta.size(0));
    List<TensorShape> parameters = layout.parameters();
    QkanWay.Arrays arrays = new QkanWay.Arrays(c);
    arrays.input("x", new long[] {x.size(0), layout.inputSize()}, x.size(0), 1, layout.inputSize());
    arrays.input(null, null);
    parameters(c, arrays, parameters);
    arrays.output(
        "y", new long[] {x.size(0), layout.outputSize()}, x.size(0), 1, layout.outputSize());
    requireNames(c, arrays, preactivations(edges));
    return List.of(
        arrays.way(
            "unit",
            (execution, type) ->
                given -> Passes.of(QkanUnits.layer(layout, execution, type), given)),
        arrays.way(
            "SameDiff op",
            (execution, type) ->
                Opening.forced(
                    execution,
                    given ->
                        DeltaGraphs.run(
                            given,
                            (sd, in) ->
                                List.of(
                                    Qkan.layer(
                                        sd, in[0], null, slice(in, parameters.size()), layout))))));
  }

  private static List<Way> lstmWays(GoldenCase c, CaseConfig config, QkanSpec edges) {
    config.fixed("gate_order", "f,i,g,o");
    config.fixed("concat_order", "h,x");
    boolean sequence = !c.op().equals(CELL);
    GoldenArray x = c.inputOfRank(sequence ? 3 : 2, "x");
    GoldenArray h = c.inputOfRank(2, "h0");
    QkanLstmSpec spec = QkanLstmSpec.of(edges);
    if (c.op().equals(HYBRID)) {
      boolean shared = config.flag("shared_codec");
      config.info("latent_in", "latent_out");
      GoldenArray theta = c.inputOfRank(5, "theta");
      spec =
          spec.withLatent(Math.toIntExact(theta.size(2)), Math.toIntExact(theta.size(1)))
              .with("sharedCodec", shared);
    }
    config.requireAllRead();
    long batch = x.size(0);
    long steps = sequence ? x.size(1) : 1;
    long size = h.size(1);
    QkanLstmLayout layout = new QkanLstmLayout(spec, x.size(sequence ? 2 : 1), size);
    QkanWay.Arrays arrays = new QkanWay.Arrays(c);
    arrays.input("x", x.shape(), batch, steps, layout.inputSize());
    arrays.input(null, null);
    parameters(c, arrays, layout.parameters());
    for (String state : List.of("h0", "c0")) {
      arrays.input(state, new long[] {batch, size}, batch, size);
    }
    long[] states = {batch, size};
    arrays.output(
        sequence ? "h_seq" : null,
        sequence ? new long[] {batch, steps, size} : null,
        batch,
        steps,
        size);
    arrays.output(sequence ? null : "h", states, batch, size);
    arrays.output(sequence ? "c_last" : "c", states, batch, size);
    requireNames(c, arrays, preactivations(edges));
    return List.of(
        arrays.way(
            "unit",
            (execution, type) ->
                given -> Passes.of(QkanUnits.lstm(layout, execution, type), given)),
        arrays.way(
            "SameDiff op",
            (execution, type) -> Opening.forced(execution, given -> graph(layout, given))));
  }

  private static Passes graph(QkanLstmLayout layout, Passes.Arguments given) {
    int count = layout.parameters().size();
    return DeltaGraphs.run(
        given,
        (sd, in) -> {
          int states = LayerUnit.FIRST_PARAMETER + count;
          Qkan.Result result =
              Qkan.lstm(
                  sd, in[0], null, slice(in, count), List.of(in[states], in[states + 1]), layout);
          return List.of(result.outputs(), result.h(), result.c());
        });
  }

  private static List<SDVariable> slice(SDVariable[] in, int count) {
    return Arrays.asList(in).subList(LayerUnit.FIRST_PARAMETER, LayerUnit.FIRST_PARAMETER + count);
  }

  /** Parameters that a case holds under the reference's names; daruan's may be absent. */
  private static void parameters(
      GoldenCase c, QkanWay.Arrays arrays, List<TensorShape> parameters) {
    for (TensorShape p : parameters) {
      String name = snakeCase(p.name());
      double standing = name.equals("preact_weight") ? 1 : 0;
      boolean absent =
          c.op().equals(DARUAN)
              && name.startsWith("preact_")
              && c.optionalInput(name, p.toArray()) == null;
      if (absent) {
        arrays.constant(standing, p.toArray());
      } else {
        arrays.input(name, p.toArray(), p.toArray());
      }
    }
  }

  private static String snakeCase(String name) {
    return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  /** Arrays that a case may hold and that are not used where the encoded angle is x. */
  private static Set<String> preactivations(QkanSpec edges) {
    boolean unused = !edges.preactivation() && edges.ansatz() != QkanAnsatz.RPZ;
    return unused ? Set.of("preact_weight", "preact_bias") : Set.of();
  }

  private static void requireNames(GoldenCase c, QkanWay.Arrays arrays, Set<String> unused) {
    Set<String> known = new HashSet<>(arrays.inputNames());
    known.addAll(unused);
    c.requireArrays(known, arrays.outputNames());
  }
}
