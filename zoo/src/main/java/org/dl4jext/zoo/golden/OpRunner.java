package org.dl4jext.zoo.golden;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dl4jext.samediff.Execution;
import org.nd4j.linalg.api.buffer.DataType;

/** Knows how to compute golden operations. */
interface OpRunner {

  /** The operations that this runner claims. */
  Set<String> ops();

  /** Whether the operations exist in several executions; if not, the execution is null. */
  boolean hasExecutions();

  /**
   * All ways to compute a case that must agree with it.
   *
   * @throws GoldenFormatException if the case holds what this runner does not know
   */
  List<Way> ways(GoldenCase c);

  /** One way to compute a case. */
  interface Way {

    /** A few words, such as the door that leads to the computation. */
    String name();

    Result run(Execution execution, DataType type);
  }

  /**
   * What a way computed.
   *
   * @param outputs every output of the case
   * @param gradients every gradient of the case
   */
  record Result(Map<String, GoldenArray> outputs, Map<String, GoldenArray> gradients) {}
}
