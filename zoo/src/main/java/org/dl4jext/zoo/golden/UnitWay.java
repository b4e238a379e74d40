package org.dl4jext.zoo.golden;

import java.util.List;
import java.util.function.BiFunction;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One door to a unit whose arrays are those of a case.
 *
 * @param inputs names in the order of the unit; null for one that is absent
 * @param outputs names in the order of the unit
 */
record UnitWay(
    String name, GoldenCase c, List<String> inputs, List<String> outputs, Opening opening)
    implements OpRunner.Way {

  /** The unit itself, and the SameDiff op of it. */
  static List<OpRunner.Way> unitAndOp(
      GoldenCase c,
      List<String> inputs,
      List<String> outputs,
      BiFunction<Execution, DataType, DifferentiableUnit> unit,
      Passes.Door op) {
    return List.of(
        new UnitWay(
            "unit",
            c,
            inputs,
            outputs,
            (execution, type) -> given -> Passes.of(unit.apply(execution, type), given)),
        new UnitWay(
            "SameDiff op", c, inputs, outputs, (execution, type) -> Opening.forced(execution, op)));
  }

  @Override
  public OpRunner.Result run(Execution execution, DataType type) {
    INDArray[] given = new INDArray[inputs.size()];
    for (int i = 0; i < given.length; i++) {
      String input = inputs.get(i);
      given[i] = input == null ? null : c.inputs().get(input).toNd4j(type);
    }
    long[][] shapes = new long[outputs.size()][];
    INDArray[] cotangents = new INDArray[outputs.size()];
    for (int i = 0; i < shapes.length; i++) {
      GoldenArray cotangent = c.cotangents().get(outputs.get(i));
      shapes[i] = c.outputs().get(outputs.get(i)).shape();
      cotangents[i] = cotangent == null ? null : cotangent.toNd4j(type);
    }
    Passes passes =
        opening.at(execution, type).run(new Passes.Arguments(given, shapes, cotangents, type));
    return new OpRunner.Result(
        Passes.named(outputs, passes.outputs()), Passes.named(inputs, passes.gradients()));
  }
}
