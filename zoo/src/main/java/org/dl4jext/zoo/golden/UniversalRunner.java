package org.dl4jext.zoo.golden;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.universal.ActType;
import org.dl4jext.samediff.universal.HaltedState;
import org.dl4jext.samediff.universal.HaltingScope;
import org.dl4jext.samediff.universal.HaltingSpec;
import org.dl4jext.samediff.universal.NormPlacement;
import org.dl4jext.samediff.universal.Padding;
import org.dl4jext.samediff.universal.PositionIndex;
import org.dl4jext.samediff.universal.TimingSignal;
import org.dl4jext.samediff.universal.Universal;
import org.dl4jext.samediff.universal.UniversalLayout;
import org.dl4jext.samediff.universal.UniversalSpec;
import org.dl4jext.samediff.universal.UniversalUnits;

/** The Universal Transformer encoder, with padding as the published code treats it. */
final class UniversalRunner implements OpRunner {

  private static final String MASK = "mask";
  private static final int OUTPUTS = 4;
  private static final Map<String, String> NAMES =
      Map.of(
          "ln1Gain", "ln1_scale",
          "ln1Bias", "ln1_bias",
          "ln2Gain", "ln2_scale",
          "ln2Bias", "ln2_bias",
          "lnfGain", "lnf_scale",
          "lnfBias", "lnf_bias",
          "stepEmbedding", "step_embedding");

  @Override
  public Set<String> ops() {
    return Set.of("universal_transformer_encoder");
  }

  @Override
  public boolean hasExecutions() {
    return true;
  }

  static HaltingSpec haltingSpec(CaseConfig config) {
    return new HaltingSpec(
        config.integer("max_steps", 1),
        config.number("epsilon"),
        config.choice("act_type", ActType.values()),
        config.flag("force_remainder"));
  }

  @Override
  public List<Way> ways(GoldenCase c) {
    UniversalSpec spec = spec(c);
    GoldenArray x = c.inputOfRank(3, "x");
    long width = x.size(2);
    spec = spec.with("innerSize", Math.toIntExact(c.inputOfRank(2, "W1").size(1)));
    UniversalLayout layout = new UniversalLayout(spec, width, width);
    boolean masked = c.optionalInput(MASK, x.size(0), x.size(1)) != null;
    List<String> inputs = new ArrayList<>();
    inputs.add("x");
    inputs.add(masked ? MASK : null);
    for (TensorShape parameter : layout.parameters()) {
      String name = NAMES.getOrDefault(parameter.name(), parameter.name());
      c.input(name, parameter.toArray());
      inputs.add(name);
    }
    List<String> outputs =
        spec.halts() ? List.of("y", "n_updates", "remainders", "ponder") : List.of("y");
    Set<String> known = new HashSet<>(inputs);
    known.add(MASK);
    c.requireArrays(known, Set.copyOf(outputs));
    return UnitWay.unitAndOp(
        c,
        inputs,
        outputs,
        (execution, type) ->
            new LeadingOutputs(
                UniversalUnits.transformer(layout, execution, type), outputs.size(), OUTPUTS),
        given -> graph(layout, outputs.size(), given));
  }

  private static UniversalSpec spec(GoldenCase c) {
    CaseConfig config = new CaseConfig(c.config());
    config.fixed("activation", "relu");
    config.fixed("position_index_start", 0);
    config.fixed("step_index_start", 0);
    boolean halts = config.oneOf("recurrence", "act", "fixed").equals("act");
    HaltingSpec halting = haltingSpec(config);
    UniversalSpec spec =
        UniversalSpec.ofHeads(config.integer("heads", 1))
            .with(
                Map.ofEntries(
                    Map.entry("maxSteps", halting.maxSteps()),
                    Map.entry("halting", halts ? HaltingScope.POSITION : HaltingScope.NONE),
                    Map.entry("actType", halting.actType()),
                    Map.entry("epsilon", halting.epsilon()),
                    Map.entry("forceRemainder", halting.forceRemainder()),
                    Map.entry("haltedState", config.choice("halted_state", HaltedState.values())),
                    Map.entry("maskHalting", config.flag("mask_halting")),
                    Map.entry("norm", config.choice("norm", NormPlacement.values())),
                    Map.entry("layerNormEpsilon", config.number("layer_norm_epsilon")),
                    Map.entry(
                        "positionTiming",
                        config.flag("position_timing") ? TimingSignal.SINUSOID : TimingSignal.NONE),
                    Map.entry("stepTiming", config.choice("step_timing", TimingSignal.values())),
                    Map.entry("positionIndex", PositionIndex.ABSOLUTE),
                    Map.entry("causal", config.flag("causal")),
                    Map.entry("padding", Padding.COMPUTED)));
    config.requireAllRead();
    return spec;
  }

  private static Passes graph(UniversalLayout layout, int outputs, Passes.Arguments given) {
    return DeltaGraphs.run(
        given,
        (sd, in) -> {
          int last = LayerUnit.FIRST_PARAMETER + layout.parameters().size();
          Universal.Result result =
              Universal.encoder(
                  sd,
                  in[0],
                  in[1],
                  Arrays.asList(in).subList(LayerUnit.FIRST_PARAMETER, last),
                  layout);
          return List.of(result.outputs(), result.steps(), result.remainders(), result.ponder())
              .subList(0, outputs);
        });
  }
}
