package org.dl4jext.samediff.cells;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a training step on the host keeps, in bytes of arrays, beyond inputs, projections and
 * outputs with their gradients: little, and linear in the number of steps.
 */
class CellMemoryTest {

  private static final int BATCH = 4;
  private static final int INPUTS = 8;
  private static final int WIDTH = 32;
  private static final double SMALL = 1 / 8.0;

  /** Inputs x, projections z, outputs y or h, their gradients, and copies on their way. */
  private static final Set<String> GIVEN =
      Set.of(
          "FloatCellLayer.x",
          "FloatCellLayer.dx",
          "FloatCellRecurrence.z",
          "FloatCellRecurrence.y",
          "FloatCellRecurrence.dy",
          "FloatParaLayer.x",
          "FloatParaRecurrence.z",
          "FloatParaRecurrence.h",
          "FloatParaRecurrence.dh",
          "FloatParaLayer.scratch",
          "FloatPackedRows.buffer",
          "FloatHostArrays.scratch");

  /**
   * @param unit the layer
   * @param gates pre-activations and states of an element that storing every gate would keep
   */
  private record Layer(String name, LayerUnit unit, int gates) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Layer> layers() {
    return Stream.concat(
        Stream.of(
                ElmanSpec.classic(),
                LstmSpec.classic(),
                LstmSpec.classic().withHeads(4),
                new GruSpec(2),
                SlstmSpec.ofHeads(2))
            .map(
                spec ->
                    new Layer(
                        spec.toString(),
                        CellUnits.layer(
                            new CellLayout(spec, INPUTS, WIDTH), Execution.HOST, DataType.FLOAT),
                        spec.kind().gates() + spec.kind().states().size() - 1)),
        Stream.of(ParaGruSpec.ofHeads(1), ParaLstmSpec.ofHeads(1))
            .map(
                spec ->
                    new Layer(
                        spec.toString(),
                        ParaUnits.layer(
                            new ParaLayout(spec, INPUTS, WIDTH), Execution.HOST, DataType.FLOAT),
                        ParaKind.GATES + spec.kind().states().size() - 1)));
  }

  private static Map<String, Long> train(LayerUnit unit, int steps) {
    INDArray[] inputs = new INDArray[2 + unit.parameters().size() + unit.states().size()];
    INDArray[] gradients = new INDArray[inputs.length];
    inputs[0] = Nd4j.randn(DataType.FLOAT, BATCH, steps, INPUTS);
    for (int i = 0; i < unit.parameters().size(); i++) {
      TensorShape parameter = unit.parameters().get(i);
      inputs[2 + i] = Nd4j.randn(DataType.FLOAT, parameter.toArray()).muli(0.1);
    }
    for (int i = 0; i < inputs.length; i++) {
      gradients[i] = inputs[i] == null ? null : inputs[i].ulike();
    }
    INDArray[] outputs = new INDArray[1 + unit.states().size()];
    outputs[0] = Nd4j.create(DataType.FLOAT, BATCH, steps, WIDTH);
    unit.forward(inputs, outputs, true);
    unit.backward(inputs, outputs, gradients);
    return RetainedBytes.of(unit);
  }

  private static long total(Map<String, Long> bytes) {
    return bytes.values().stream().mapToLong(Long::longValue).sum();
  }

  private static long beyond(Map<String, Long> bytes) {
    return total(bytes) - GIVEN.stream().mapToLong(field -> bytes.getOrDefault(field, 0L)).sum();
  }

  @ParameterizedTest
  @MethodSource("layers")
  void whatIsKeptBeyondInputsAndOutputsIsSmall(Layer layer) {
    for (int steps : new int[] {1024, 16384}) {
      Map<String, Long> bytes = train(layer.unit, steps);
      long everyGate = 4L * BATCH * steps * WIDTH * layer.gates;
      assertTrue(
          total(bytes) > everyGate, "the projections alone are not among the bytes: " + bytes);
      long weights = 200_000;
      assertTrue(
          beyond(bytes) - (steps == 1024 ? weights : 0) <= SMALL * everyGate,
          beyond(bytes) + " bytes of " + everyGate + ": " + bytes);
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void whatIsKeptIsLinearInTheNumberOfSteps(Layer layer) {
    long short1 = total(train(layer.unit, 2048));
    long short2 = total(train(layer.unit, 4096));
    long whole = total(train(layer.unit, 16384));
    double slope = (short2 - short1) / 2048.0;
    double linear = short2 + slope * (16384 - 4096);
    assertTrue(Math.abs(whole - linear) <= 0.01 * linear, whole + " bytes, expected " + linear);
  }
}
