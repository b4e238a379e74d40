package org.dl4jext.zoo.golden;

import org.dl4jext.samediff.Execution;
import org.nd4j.linalg.api.buffer.DataType;

/** Opens a door to a unit in an execution and a data type. */
@FunctionalInterface
interface Opening {
  Passes.Door at(Execution execution, DataType type);

  /** A door behind which the execution is chosen where it is used. */
  static Passes.Door forced(Execution execution, Passes.Door door) {
    return given -> ForcedExecution.during(execution, () -> door.run(given));
  }
}
