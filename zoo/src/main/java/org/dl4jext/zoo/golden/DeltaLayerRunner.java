package org.dl4jext.zoo.golden;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.delta.Activation;
import org.dl4jext.samediff.delta.DeltaLayout;
import org.dl4jext.samediff.delta.DeltaSpec;
import org.dl4jext.samediff.delta.DeltaUnits;
import org.dl4jext.samediff.delta.EigenvalueRange;
import org.dl4jext.samediff.delta.QueryKeyNorm;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The three whole layers of the delta family. */
final class DeltaLayerRunner implements OpRunner {

  private static final String PRODUCT = "gated_deltaproduct_layer";

  /** Every array that a layer may have; those that the options switch off have no effect. */
  private static final Set<String> INPUTS =
      Set.of(
          "hidden_states",
          "q_proj.weight",
          "k_proj.weight",
          "v_proj.weight",
          "b_proj.weight",
          "a_proj.weight",
          "A_log",
          "dt_bias",
          "q_conv1d.weight",
          "k_conv1d.weight",
          "v_conv1d.weight",
          "q_conv1d.bias",
          "k_conv1d.bias",
          "v_conv1d.bias",
          "g_proj.weight",
          "o_norm.weight",
          "o_proj.weight");

  @Override
  public Set<String> ops() {
    return Set.of(PRODUCT, "gated_deltanet_layer", "deltanet_layer");
  }

  @Override
  public boolean hasExecutions() {
    return true;
  }

  @Override
  public List<Way> ways(GoldenCase c) {
    DeltaSpec spec = spec(c);
    c.requireArrays(INPUTS, Set.of("o", "final_state"));
    int width = (int) c.inputOfRank(3, "hidden_states").size(2);
    int outputWidth = (int) c.inputOfRank(2, "o_proj.weight").size(0);
    List<Way> ways = new ArrayList<>();
    for (int chunk : new int[] {0, 3}) {
      DeltaLayout layout = new DeltaLayout(spec.withChunkTokens(chunk), width, outputWidth);
      DeltaLayerArrays arrays = new DeltaLayerArrays(c, layout);
      ways.add(
          new LayerWay(
              chunk == 0 ? "unit" : "unit in chunks of " + chunk,
              c,
              layout,
              arrays,
              (execution, type) ->
                  given -> Passes.of(DeltaUnits.layer(layout, execution, type), given)));
    }
    DeltaLayout layout = new DeltaLayout(spec, width, outputWidth);
    DeltaLayerArrays arrays = new DeltaLayerArrays(c, layout);
    ways.add(
        new LayerWay(
            "SameDiff op",
            c,
            layout,
            arrays,
            (execution, type) ->
                Opening.forced(execution, given -> DeltaGraphs.layer(layout, given))));
    if (!c.cotangents().containsKey("final_state")) { // DL4J has no loss on a state
      ways.add(
          new LayerWay(
              "DL4J layer",
              c,
              layout,
              arrays,
              (execution, type) ->
                  Opening.forced(execution, given -> DeltaNetworks.layer(layout, given))));
    }
    return List.copyOf(ways);
  }

  private static DeltaSpec spec(GoldenCase c) {
    CaseConfig config = new CaseConfig(c.config());
    int householders = config.integer("num_householder", 1);
    if (!c.op().equals(PRODUCT)) {
      config.fixed("num_householder", 1);
    }
    boolean convolution = config.flag("use_short_conv");
    boolean bias = config.flag("conv_bias");
    DeltaSpec spec =
        new DeltaSpec(
            config.integer("num_heads", 1),
            config.integer("num_v_heads", 1),
            config.integer("head_k_dim", 1),
            config.integer("head_v_dim", 1),
            householders,
            config.flag("allow_neg_eigval") ? EigenvalueRange.SIGNED : EigenvalueRange.UNIT,
            config.flag("use_forget_gate"),
            true,
            convolution ? (int) c.inputOfRank(3, "q_conv1d.weight").size(2) : 0,
            convolution && bias,
            Activation.SILU,
            Activation.SILU,
            QueryKeyNorm.L2,
            config.number("l2norm_eps"),
            0,
            config.flag("use_output_gate"),
            true,
            config.number("norm_eps"),
            0);
    config.info("hidden_size", "conv_size", "expand_v").requireAllRead();
    return spec;
  }

  /** One door to the layer of a case. */
  private record LayerWay(
      String name, GoldenCase c, DeltaLayout layout, DeltaLayerArrays arrays, Opening opening)
      implements Way {

    @Override
    public Result run(Execution execution, DataType type) {
      List<TensorShape> parameters = layout.parameters();
      List<TensorShape> states = layout.states();
      Map<String, INDArray> values = arrays.parameters(type);
      INDArray[] inputs =
          new INDArray[LayerUnit.FIRST_PARAMETER + parameters.size() + states.size()];
      inputs[0] = c.inputs().get("hidden_states").toNd4j(type);
      for (int i = 0; i < parameters.size(); i++) {
        inputs[LayerUnit.FIRST_PARAMETER + i] = values.get(parameters.get(i).name());
      }
      long[][] shapes = new long[1 + states.size()][];
      INDArray[] cotangents = new INDArray[shapes.length];
      shapes[0] = c.outputs().get("o").shape();
      cotangents[0] = cotangent("o", type);
      for (int i = 0; i < states.size(); i++) {
        shapes[1 + i] = states.get(i).withBatch(inputs[0].size(0));
      }
      cotangents[1] = cotangent("final_state", type);

      Passes passes =
          opening.at(execution, type).run(new Passes.Arguments(inputs, shapes, cotangents, type));
      Map<String, INDArray> byParameter = new HashMap<>();
      for (int i = 0; i < parameters.size(); i++) {
        byParameter.put(
            parameters.get(i).name(), passes.gradients()[LayerUnit.FIRST_PARAMETER + i]);
      }
      Map<String, GoldenArray> gradients = arrays.split(byParameter);
      gradients.put("hidden_states", GoldenArray.of(passes.gradients()[0]));
      return new Result(Passes.named(List.of("o", "final_state"), passes.outputs()), gradients);
    }

    private INDArray cotangent(String output, DataType type) {
      GoldenArray cotangent = c.cotangents().get(output);
      return cotangent == null ? null : cotangent.toNd4j(type);
    }
  }
}
