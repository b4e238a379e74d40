package org.dl4jext.zoo.golden;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
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
import org.nd4j.linalg.api.buffer.DataType;

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

  /** Sizes that both layers have, by their names in the reference. */
  private static final Map<String, String> SIZES =
      Map.of(
          "num_heads", "heads",
          "DK", "keySize",
          "DV", "valueSize",
          "JT", "stateSize",
          "JK", "keys",
          "JV", "values",
          "JO", "outputs",
          "JQ", "queries",
          "sub_heads_qkv", "subHeadsQkv",
          "sub_heads_stm", "subHeadsStm");

  /** Options that both layers have. */
  private static Map<String, Object> shared(GoldenCase c, CaseConfig config, String source) {
    Map<String, Object> shared = new HashMap<>();
    SIZES.forEach((key, option) -> shared.put(option, config.integer(key, 1)));
    boolean weighted = c.inputs().containsKey(source + ".weight");
    shared.put("gateWeights", weighted ? PlstmGateWeights.ALL : PlstmGateWeights.TRANSITION);
    shared.put("normEps", config.number("mhnorm_eps"));
    shared.put("eigenvalueFactor", config.number("eigenvalue_factor"));
    shared.put("expmOrder", config.integer("expm_order", 1));
    return shared;
  }

  private static List<Way> sequence(GoldenCase c, CaseConfig config) {
    Map<String, Object> options = shared(c, config, "source");
    boolean convolved = config.flag("convolution");
    config.fixed("conv_inputs", "S,T,M,D,Q,K,passthrough (V from x)");
    options.put(
        "convolution",
        convolved ? Math.toIntExact(c.inputOfRank(3, "conv._conv.weight").size(2)) : 0);
    options.put("passthrough", config.flag("passthrough"));
    config.info("stm_weight", "conv_kernel").requireAllRead();
    PlstmSpec spec = PlstmSpec.of(1, 1).with(options);
    GoldenArray x = c.inputOfRank(3, "x");
    PlstmLayout layout = new PlstmLayout(spec, x.size(2), x.size(2));
    QkanWay.Arrays arrays = arrays(c, x, layout.parameters());
    layout.states().forEach(s -> arrays.input(null, null));
    layout.states().forEach(s -> arrays.output(null, null, s.withBatch(x.size(0))));
    int count = layout.parameters().size();
    return ways(
        c,
        arrays,
        (execution, type) -> PlstmUnits.layer(layout, execution, type),
        (sd, in) -> {
          PlstmLayers.Result result =
              PlstmLayers.apply(sd, in[0], null, slice(in, count), null, layout);
          List<SDVariable> all = new ArrayList<>(List.of(result.outputs()));
          all.addAll(result.states());
          return all;
        });
  }

  private static List<Way> grid(GoldenCase c, CaseConfig config) {
    boolean propagates = config.oneOf("mode", "P", "D").equals("P");
    Map<String, Object> options = shared(c, config, propagates ? "source" : "source_r");
    options.put(
        "variant",
        choice(config, "p_variant", propagates, "paper", "code").equals("code")
            ? PlstmVariant.REFERENCE_CODE
            : PlstmVariant.PAPER);
    options.put(
        "chirality",
        choice(config, "chirality", !propagates, "L", "R").equals("R")
            ? PlstmChirality.RIGHT
            : PlstmChirality.LEFT);
    options.put("directWeight", c.inputs().containsKey("direct.weight"));
    options.put("orientationScale", config.number("orientation_scale"));
    config.info("stm_weight", "direct_weight").requireAllRead();
    PlstmGridSpec spec =
        PlstmGridSpec.of(propagates ? PlstmMode.P : PlstmMode.D, 1, 1).with(options);
    GoldenArray x = c.inputOfRank(4, "x");
    PlstmGridLayout layout = new PlstmGridLayout(spec, x.size(3), x.size(3));
    int count = layout.parameters().size();
    return ways(
        c,
        arrays(c, x, layout.parameters()),
        (execution, type) -> new PlstmImageUnit(layout, execution, type),
        (sd, in) -> List.of(PlstmLayers.applyGrid(sd, in[0], null, slice(in, count), layout)));
  }

  /** A key that says "n/a" where its option is not used. */
  private static String choice(
      CaseConfig config, String key, boolean used, String first, String second) {
    return used ? config.oneOf(key, first, second) : config.oneOf(key, first, second, "n/a");
  }

  /** x, no mask and the parameters; y. */
  private static QkanWay.Arrays arrays(GoldenCase c, GoldenArray x, List<TensorShape> parameters) {
    QkanWay.Arrays arrays = new QkanWay.Arrays(c);
    arrays.input("x", x.shape(), x.shape());
    arrays.input(null, null);
    for (TensorShape p : parameters) {
      long[] shape = p.toArray();
      long[] inCase = p.name().equals("convW") ? new long[] {shape[0], 1, shape[1]} : shape;
      arrays.input(name(p.name()), inCase, shape);
    }
    arrays.output("y", x.shape(), x.shape());
    return arrays;
  }

  /** The unit itself, and the SameDiff op of it. */
  private static List<Way> ways(
      GoldenCase c,
      QkanWay.Arrays arrays,
      BiFunction<Execution, DataType, DifferentiableUnit> unit,
      DeltaGraphs.Definition op) {
    c.requireArrays(arrays.inputNames(), arrays.outputNames());
    return List.of(
        arrays.way(
            "unit", (execution, type) -> given -> Passes.of(unit.apply(execution, type), given)),
        arrays.way(
            "SameDiff op",
            (execution, type) -> Opening.forced(execution, given -> DeltaGraphs.run(given, op))));
  }

  private static List<SDVariable> slice(SDVariable[] in, int count) {
    return Arrays.asList(in).subList(LayerUnit.FIRST_PARAMETER, LayerUnit.FIRST_PARAMETER + count);
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
