package org.dl4jext.zoo.golden;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.cells.Cells;
import org.dl4jext.samediff.cells.ParaCells;
import org.dl4jext.samediff.cells.ParaEvaluation;
import org.dl4jext.samediff.cells.ParaKind;
import org.dl4jext.samediff.cells.ParaLayout;
import org.dl4jext.samediff.cells.ParaUnits;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One door to a layer with diagonal recurrence.
 *
 * @param iterates names of the outputs that are Newton iterates, and their numbers of iterations
 * @param graph whether through SameDiff
 */
record ParaWay(
    String name, GoldenCase c, ParaLayout layout, Map<String, Integer> iterates, boolean graph)
    implements OpRunner.Way {

  @Override
  public OpRunner.Result run(Execution execution, DataType type) {
    List<String> states = layout.kind().states();
    Passes passes = passes(layout, execution, type);
    Map<String, GoldenArray> outputs = new LinkedHashMap<>();
    for (int s = 0; s < states.size(); s++) {
      outputs.put(states.get(s), GoldenArray.of(passes.outputs()[1 + s]));
    }
    iterates.forEach(
        (output, iterations) -> {
          INDArray[] own = passes(iterate(iterations), execution, type).outputs();
          // An iterate has the states in the order c, h.
          outputs.put(
              output, GoldenArray.of(own.length == 2 ? own[1] : Nd4j.concat(2, own[2], own[1])));
        });
    Map<String, GoldenArray> gradients = new LinkedHashMap<>();
    List<String> inputs = inputs();
    for (int i = 0; i < inputs.size(); i++) {
      if (inputs.get(i) != null) {
        GoldenArray given = c.inputs().get(inputs.get(i));
        INDArray gradient = passes.gradients()[i].dup('c').reshape('c', given.shape());
        gradients.put(inputs.get(i), GoldenArray.of(gradient));
      }
    }
    return new OpRunner.Result(outputs, gradients);
  }

  /** Takes what so many iterations give, however far from the solution. */
  private ParaLayout iterate(int iterations) {
    ParaKind kind = layout.kind();
    double any = Double.POSITIVE_INFINITY;
    return new ParaLayout(
        ParaCellRunner.spec(kind, layout.spec().heads(), ParaEvaluation.NEWTON, iterations, any),
        layout.inputSize(),
        layout.outputSize());
  }

  /** The names of the inputs in the order of the layer; null for the mask and the states. */
  private List<String> inputs() {
    List<String> inputs = new ArrayList<>(Arrays.asList("x", null, "B", "A", "b"));
    if (layout.kind().peepholes() > 0) {
      inputs.add("C");
    }
    layout.states().forEach(state -> inputs.add(null));
    return inputs;
  }

  private Passes passes(ParaLayout own, Execution execution, DataType type) {
    List<String> names = inputs();
    INDArray[] given = new INDArray[names.size()];
    for (int i = 0; i < given.length; i++) {
      int parameter = i - LayerUnit.FIRST_PARAMETER;
      INDArray array = names.get(i) == null ? null : c.inputs().get(names.get(i)).toNd4j(type);
      given[i] =
          array == null || parameter < 0
              ? array
              : array.reshape('c', own.parameters().get(parameter).toArray());
    }
    INDArray x = given[0];
    int outputs = 1 + own.states().size();
    long[][] shapes = new long[outputs][];
    Arrays.fill(shapes, new long[] {x.size(0), x.size(1), own.outputSize()});
    INDArray[] cotangents = new INDArray[outputs];
    for (int s = 1; s < outputs; s++) {
      GoldenArray cotangent = c.cotangents().get(own.kind().states().get(s - 1));
      cotangents[s] = cotangent == null ? null : cotangent.toNd4j(type);
    }
    var arguments = new Passes.Arguments(given, shapes, cotangents, type);
    return graph
        ? ForcedExecution.during(execution, () -> graph(own, arguments))
        : Passes.of(ParaUnits.everyState(own, execution, type), arguments);
  }

  private static Passes graph(ParaLayout layout, Passes.Arguments given) {
    int first = LayerUnit.FIRST_PARAMETER;
    int states = first + layout.parameters().size();
    return DeltaGraphs.run(
        given,
        (sd, in) -> {
          List<SDVariable> all = Arrays.asList(in);
          Cells.Result result =
              ParaCells.everyState(sd, in[0], in[1], all.subList(first, states), null, layout);
          List<SDVariable> outputs = new ArrayList<>(List.of(result.outputs()));
          outputs.addAll(result.states());
          return outputs;
        });
  }
}
