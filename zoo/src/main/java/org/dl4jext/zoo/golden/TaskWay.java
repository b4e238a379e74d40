package org.dl4jext.zoo.golden;

import java.util.Map;
import java.util.function.Supplier;
import org.dl4jext.samediff.Execution;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Recomputes integers from integers: no gradients, no executions, the same in every data type.
 *
 * @param compute makes the outputs
 */
record TaskWay(Supplier<Map<String, GoldenArray>> compute) implements OpRunner.Way {

  /** Configuration keys that tell how the rows were drawn. */
  static final String[] HOW_DRAWN = {
    "min_len",
    "max_len",
    "context_length",
    "seed_numpy",
    "num_examples",
    "input_seq_len",
    "order",
    "num_generators"
  };

  @Override
  public String name() {
    return "recomputed";
  }

  @Override
  public OpRunner.Result run(Execution execution, DataType type) {
    return new OpRunner.Result(compute.get(), Map.of());
  }
}
