package org.dl4jext.zoo.golden;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.plstm.PlstmChirality;
import org.dl4jext.samediff.plstm.PlstmGateWeights;
import org.dl4jext.samediff.plstm.PlstmGridLayout;
import org.dl4jext.samediff.plstm.PlstmGridSpec;
import org.dl4jext.samediff.plstm.PlstmImageUnit;
import org.dl4jext.samediff.plstm.PlstmLayers;
import org.dl4jext.samediff.plstm.PlstmLayout;
import org.dl4jext.samediff.plstm.PlstmMode;
import org.dl4jext.samediff.plstm.PlstmSpec;
import org.dl4jext.samediff.plstm.PlstmUnits;
import org.dl4jext.samediff.plstm.PlstmVariant;
import org.nd4j.autodiff.samediff.SDVariable;

/** Whole pLSTM layers on sequences and on grids. */
final class PlstmLayerRunner implements OpRunner {

  private static final String SEQUENCE = "plstm_1d_layer";
  private static final String GRID = "plstm_2d_layer";

  /** Names of maps in the reference, before the ending of weight and bias. */
  private static final Map<String, String> MAPS =
      Map.ofEntries(
          Map.entry("source", "source."),
          Map.entry("sourceRight", "source_r."),
          Map.entry("sourceDown", "source_d."),
          Map.entry("mark", "mark."),
          Map.entry("markLeft", "mark_l."),
          Map.entry("markUp", "mark_u."),
          Map.entry("direct", "direct."),
          Map.entry("query", "query."),
          Map.entry("key", "key."),
          Map.entry("value", "value_."),
          Map.entry("orientation", "orientation_"));

  private static final Map<String, String> TRANSITIONS =
      Map.of(
          "", "transition.",
          "Right", "transition_r.",
          "Down", "transition_d.",
          "Cross", "transition_rd.");

  private static final Map<String, String> PARTS =
      Map.of(
          "eigenvalues", "eigenvalues_",
          "inRotation", "inproj_",
          "outRotation", "outproj_");

  @Override
  public Set<String> ops() {
    return Set.of(SEQUENCE, GRID);
  }

  @Override
  public boolean hasExecutions() {
    return true;
  }

  @Override
  public List<Way> ways(GoldenCase c) {
    CaseConfig config = new CaseConfig(c.config());
    return c.op().equals(SEQUENCE) ? sequence(c, config) : grid(c, config);
  }

  private static PlstmGateWeights weights(GoldenCase c, String source) {
    return c.inputs().containsKey(source + ".weight")
        ? PlstmGateWeights.ALL
        : PlstmGateWeights.TRANSITION;
  }

  private static List<Way> sequence(GoldenCase c, CaseConfig config) {
    boolean convolved = config.flag("convolution");
    config.fixed("conv_inputs", "S,T,M,D,Q,K,passthrough (V from x)");
    PlstmSpec spec =
        new PlstmSpec(
            config.integer("num_heads", 1),
            config.integer("DK", 1),
            config.integer("DV", 1),
            config.integer("JT", 1),
            config.integer("JK", 1),
            config.integer("JV", 1),
            config.integer("JO", 1),
            config.integer("JQ", 1),
            config.integer("sub_heads_qkv", 1),
            config.integer("sub_heads_stm", 1),
            weights(c, "source"),
            convolved ? Math.toIntExact(c.inputOfRank(3, "conv._conv.weight").size(2)) : 0,
            config.flag("passthrough"),
            config.number("mhnorm_eps"),
            config.number("eigenvalue_factor"),
            config.integer("expm_order", 1));
    config.info("stm_weight", "conv_kernel").requireAllRead();
    GoldenArray x = c.inputOfRank(3, "x");
    PlstmLayout layout = new PlstmLayout(spec, x.size(2), x.size(2));
    QkanWay.Arrays arrays = new QkanWay.Arrays(c);
    arrays.input("x", x.shape(), x.shape());
    arrays.input(null, null);
    parameters(arrays, layout.parameters());
    layout.states().forEach(s -> arrays.input(null, null));
    arrays.output("y", x.shape(), x.shape());
    layout.states().forEach(s -> arrays.output(null, null, s.withBatch(x.size(0))));
    c.requireArrays(arrays.inputNames(), arrays.outputNames());
    int count = layout.parameters().size();
    return List.of(
        arrays.way(
            "unit",
            (execution, type) ->
                given -> Passes.of(PlstmUnits.layer(layout, execution, type), given)),
        arrays.way(
            "SameDiff op",
            (execution, type) ->
                Opening.forced(
                    execution,
                    given ->
                        DeltaGraphs.run(
                            given,
                            (sd, in) -> {
                              List<SDVariable> none =
                                  new ArrayList<>(
                                      Collections.nCopies(layout.states().size(), null));
                              PlstmLayers.Result result =
                                  PlstmLayers.apply(
                                      sd, in[0], null, slice(in, count), none, layout);
                              List<SDVariable> all = new ArrayList<>(List.of(result.outputs()));
                              all.addAll(result.states());
                              return all;
                            }))));
  }

  private static List<Way> grid(GoldenCase c, CaseConfig config) {
    PlstmMode mode =
        switch (config.text("mode")) {
          case "P" -> PlstmMode.P;
          case "D" -> PlstmMode.D;
          default -> throw unknown(c, "mode", "P, D");
        };
    boolean propagates = mode == PlstmMode.P;
    PlstmGridSpec spec =
        new PlstmGridSpec(
            mode,
            variant(c, config, propagates),
            chirality(c, config, !propagates),
            config.integer("num_heads", 1),
            config.integer("DK", 1),
            config.integer("DV", 1),
            config.integer("JT", 1),
            config.integer("JK", 1),
            config.integer("JV", 1),
            config.integer("JO", 1),
            config.integer("JQ", 1),
            config.integer("sub_heads_qkv", 1),
            config.integer("sub_heads_stm", 1),
            weights(c, propagates ? "source" : "source_r"),
            c.inputs().containsKey("direct.weight"),
            config.number("orientation_scale"),
            config.number("mhnorm_eps"),
            config.number("eigenvalue_factor"),
            config.integer("expm_order", 1));
    config.info("stm_weight", "direct_weight").requireAllRead();
    GoldenArray x = c.inputOfRank(4, "x");
    PlstmGridLayout layout = new PlstmGridLayout(spec, x.size(3), x.size(3));
    QkanWay.Arrays arrays = new QkanWay.Arrays(c);
    arrays.input("x", x.shape(), x.shape());
    arrays.input(null, null);
    parameters(arrays, layout.parameters());
    arrays.output("y", x.shape(), x.shape());
    c.requireArrays(arrays.inputNames(), arrays.outputNames());
    int count = layout.parameters().size();
    return List.of(
        arrays.way(
            "unit",
            (execution, type) ->
                given -> Passes.of(new PlstmImageUnit(layout, execution, type), given)),
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
                                    PlstmLayers.applyGrid(
                                        sd, in[0], null, slice(in, count), layout))))));
  }

  private static PlstmVariant variant(GoldenCase c, CaseConfig config, boolean used) {
    return switch (config.text("p_variant")) {
      case "paper" -> PlstmVariant.PAPER;
      case "code" -> PlstmVariant.REFERENCE_CODE;
      case "n/a" -> {
        if (used) {
          throw unknown(c, "p_variant", "paper, code");
        }
        yield PlstmVariant.PAPER;
      }
      default -> throw unknown(c, "p_variant", "paper, code, n/a");
    };
  }

  private static PlstmChirality chirality(GoldenCase c, CaseConfig config, boolean used) {
    return switch (config.text("chirality")) {
      case "L" -> PlstmChirality.LEFT;
      case "R" -> PlstmChirality.RIGHT;
      case "n/a" -> {
        if (used) {
          throw unknown(c, "chirality", "L, R");
        }
        yield PlstmChirality.LEFT;
      }
      default -> throw unknown(c, "chirality", "L, R, n/a");
    };
  }

  private static GoldenFormatException unknown(GoldenCase c, String key, String allowed) {
    return new GoldenFormatException(
        "configuration key "
            + key
            + " has the value "
            + c.config().get(key)
            + "; allowed: "
            + allowed);
  }

  private static List<SDVariable> slice(SDVariable[] in, int count) {
    return Arrays.asList(in).subList(LayerUnit.FIRST_PARAMETER, LayerUnit.FIRST_PARAMETER + count);
  }

  private static void parameters(QkanWay.Arrays arrays, List<TensorShape> parameters) {
    for (TensorShape p : parameters) {
      long[] shape = p.toArray();
      long[] inCase = p.name().equals("convW") ? new long[] {shape[0], 1, shape[1]} : shape;
      arrays.input(name(p.name()), inCase, shape);
    }
  }

  /** Name of a parameter in the reference. */
  private static String name(String parameter) {
    String stem = parameter.substring(0, parameter.length() - 1);
    String ending = parameter.endsWith("W") ? "weight" : "bias";
    return switch (stem) {
      case "conv" -> "conv._conv." + ending;
      case "norm" -> "mhnorm.scale";
      case "pass" -> "passthrough.scale";
      case "out" -> "outprojection.weight";
      default -> MAPS.containsKey(stem) ? MAPS.get(stem) + ending : transition(stem) + ending;
    };
  }

  private static String transition(String stem) {
    for (Map.Entry<String, String> part : PARTS.entrySet()) {
      if (stem.startsWith(part.getKey())) {
        return TRANSITIONS.get(stem.substring(part.getKey().length())) + part.getValue();
      }
    }
    throw new IllegalStateException("no name for " + stem);
  }
}
