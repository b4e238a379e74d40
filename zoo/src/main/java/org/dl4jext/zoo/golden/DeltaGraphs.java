package org.dl4jext.zoo.golden;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.delta.DeltaLayer;
import org.dl4jext.samediff.delta.DeltaLayout;
import org.dl4jext.samediff.delta.DeltaRule;
import org.dl4jext.samediff.delta.DeltaRuleSpec;
import org.dl4jext.samediff.op.Gradients;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The delta family through plain SameDiff: the op in a graph, and the graph's gradient. */
final class DeltaGraphs {

  private DeltaGraphs() {}

  static Passes rule(DeltaRuleSpec spec, Passes.Arguments given) {
    return run(
        given,
        (sd, in) -> {
          DeltaRule.Result result =
              DeltaRule.apply(sd, in[0], in[1], in[2], in[3], in[4], in[5], spec);
          return List.of(result.outputs(), result.state());
        });
  }

  static Passes layer(DeltaLayout layout, Passes.Arguments given) {
    int states = LayerUnit.FIRST_PARAMETER + layout.parameters().size();
    return run(
        given,
        (sd, in) -> {
          List<SDVariable> inputs = Arrays.asList(in);
          DeltaLayer.Result result =
              DeltaLayer.apply(
                  sd,
                  in[0],
                  in[1],
                  inputs.subList(LayerUnit.FIRST_PARAMETER, states),
                  inputs.subList(states, in.length),
                  layout);
          List<SDVariable> outputs = new ArrayList<>(List.of(result.outputs()));
          outputs.addAll(result.states());
          return outputs;
        });
  }

  /** Adds an op to a graph and returns its outputs. */
  @FunctionalInterface
  interface Definition {
    List<SDVariable> apply(SameDiff sd, SDVariable[] inputs);
  }

  /** Forward and backward through an op in a graph of its own. */
  static Passes run(Passes.Arguments given, Definition definition) {
    SameDiff sd = SameDiff.create();
    INDArray[] arrays = given.inputs();
    SDVariable[] inputs = new SDVariable[arrays.length];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = arrays[i] == null ? null : sd.var("input" + i, arrays[i]);
    }
    List<SDVariable> outputs = definition.apply(sd, inputs);
    sd.setLossVariables(loss(sd, outputs, given.cotangents()).name());

    Set<String> wanted = new LinkedHashSet<>();
    SameDiff gradient = Gradients.create(sd);
    String[] gradientNames = new String[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      if (inputs[i] != null) {
        gradientNames[i] = gradient.getVariable(inputs[i].name()).gradient().name();
        wanted.add(gradientNames[i]);
      }
    }
    Map<String, INDArray> none = new HashMap<>();
    Map<String, INDArray> forward = sd.output(none, names(outputs));
    Map<String, INDArray> backward = gradient.output(none, List.copyOf(wanted));
    return new Passes(
        outputs.stream().map(o -> forward.get(o.name())).toArray(INDArray[]::new),
        Arrays.stream(gradientNames)
            .map(name -> name == null ? null : backward.get(name))
            .toArray(INDArray[]::new));
  }

  private static List<String> names(List<SDVariable> variables) {
    return variables.stream().map(SDVariable::name).toList();
  }

  /** The sum over the outputs of the inner products with their cotangents. */
  private static SDVariable loss(SameDiff sd, List<SDVariable> outputs, INDArray[] cotangents) {
    SDVariable loss = outputs.get(0).mul(0).sum();
    for (int i = 0; i < cotangents.length; i++) {
      if (cotangents[i] != null) {
        SDVariable term = outputs.get(i).mul(sd.constant("cotangent" + i, cotangents[i])).sum();
        loss = loss.add(term);
      }
    }
    return loss;
  }
}
