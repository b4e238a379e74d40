package org.dl4jext.zoo.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.delta.DeltaRuleSpec;
import org.dl4jext.samediff.delta.DeltaUnits;
import org.dl4jext.samediff.delta.QueryKeyNorm;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One operation, forward and backward, in one execution, beside the reference.
 *
 * @param execution in lower case
 * @param result ok, or what went wrong
 * @param error largest difference from the reference, NaN if there is no result
 * @param milliseconds of the fastest of a few runs; NaN if there is no result
 */
record ExecutionTrial(String execution, String result, double error, double milliseconds) {

  private static final DeltaRuleSpec SPEC = new DeltaRuleSpec(2, 0.25, QueryKeyNorm.L2, 1e-6, 0);
  private static final int BATCH = 2;
  private static final int STEPS = 64;
  private static final int HEADS = 2;
  private static final int SIZE = 16;
  private static final int RUNS = 5;
  private static final double ALLOWED = 1e-3;

  /** Tries every execution in FLOAT. */
  static List<ExecutionTrial> all() {
    INDArray[] inputs = inputs();
    List<INDArray> expected = run(Execution.REFERENCE, inputs);
    List<ExecutionTrial> trials = new ArrayList<>();
    for (Execution execution : Execution.values()) {
      trials.add(of(execution, inputs, expected));
    }
    return trials;
  }

  private static ExecutionTrial of(
      Execution execution, INDArray[] inputs, List<INDArray> expected) {
    String name = execution.name().toLowerCase(Locale.ROOT);
    try {
      List<INDArray> got = run(execution, inputs);
      double milliseconds = Double.POSITIVE_INFINITY;
      for (int i = 0; i < RUNS; i++) {
        long start = System.nanoTime();
        got = run(execution, inputs);
        milliseconds = Math.min(milliseconds, (System.nanoTime() - start) / 1e6);
      }
      double error = 0;
      for (int i = 0; i < got.size(); i++) {
        double difference = got.get(i).sub(expected.get(i)).amaxNumber().doubleValue();
        error = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(error, difference);
      }
      return new ExecutionTrial(name, error <= ALLOWED ? "ok" : "WRONG", error, milliseconds);
    } catch (RuntimeException | LinkageError e) {
      return new ExecutionTrial(name, "FAILED: " + e, Double.NaN, Double.NaN);
    }
  }

  private static INDArray[] inputs() {
    org.nd4j.linalg.api.rng.Random random = Nd4j.getRandom();
    random.setSeed(1);
    long steps = (long) STEPS * SPEC.householders();
    return new INDArray[] {
      Nd4j.randn(DataType.FLOAT, BATCH, STEPS, HEADS, SIZE),
      Nd4j.randn(DataType.FLOAT, BATCH, steps, HEADS, SIZE),
      Nd4j.randn(DataType.FLOAT, BATCH, steps, HEADS, SIZE),
      Nd4j.rand(DataType.FLOAT, BATCH, steps, HEADS),
      Nd4j.rand(DataType.FLOAT, BATCH, STEPS, HEADS).muli(-0.1),
      null
    };
  }

  /** Outputs and input gradients. */
  private static List<INDArray> run(Execution execution, INDArray[] inputs) {
    DifferentiableUnit unit = DeltaUnits.rule(SPEC, execution, DataType.FLOAT);
    INDArray[] outputs = {
      Nd4j.create(DataType.FLOAT, BATCH, STEPS, HEADS, SIZE),
      Nd4j.create(DataType.FLOAT, BATCH, HEADS, SIZE, SIZE)
    };
    INDArray[] gradients = new INDArray[inputs.length];
    List<INDArray> all = new ArrayList<>(List.of(outputs));
    for (int i = 0; i < inputs.length; i++) {
      if (inputs[i] != null) {
        gradients[i] = inputs[i].ulike();
        all.add(gradients[i]);
      }
    }
    unit.forward(inputs, outputs, true);
    unit.backward(inputs, new INDArray[] {Nd4j.onesLike(outputs[0]), null}, gradients);
    return all;
  }

  boolean passed() {
    return result.equals("ok");
  }

  String errorText() {
    return Double.isNaN(error) ? "-" : String.format(Locale.ROOT, "%.1e", error);
  }

  String millisecondsText() {
    return Double.isNaN(milliseconds) ? "-" : String.format(Locale.ROOT, "%.2f", milliseconds);
  }

  Map<String, Object> toJson() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("execution", execution);
    object.put("passed", passed());
    object.put("result", result);
    object.put("error", Double.isFinite(error) ? error : null);
    object.put("milliseconds", Double.isFinite(milliseconds) ? milliseconds : null);
    return object;
  }
}
