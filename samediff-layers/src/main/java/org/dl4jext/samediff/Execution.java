package org.dl4jext.samediff;

import java.util.Locale;
import org.nd4j.linalg.factory.Nd4j;

/**
 * How a {@link DifferentiableUnit} computes. All executions give the same result up to rounding.
 */
public enum Execution {
  /** The shortest readable loop, in double precision: the oracle of the tests. */
  REFERENCE,
  /** Fused kernels on Java arrays, parallel over batch and heads: the fastest form on a CPU. */
  HOST,
  /** Few large ND4J array operations: the data stay on the device of the backend. */
  ARRAY;

  /** System property that forces an execution: {@code reference}, {@code host} or {@code array}. */
  public static final String PROPERTY = "org.dl4jext.execution";

  /**
   * The execution that the system property names; otherwise {@code HOST} on the CPU backend and
   * {@code ARRAY} on any other.
   *
   * @throws IllegalArgumentException if the property has another value
   */
  public static Execution current() {
    String forced = System.getProperty(PROPERTY, "").trim();
    if (forced.isEmpty()) {
      return Nd4j.getBackend().getNDArrayClass().getName().contains(".cpu.") ? HOST : ARRAY;
    }
    try {
      return valueOf(forced.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "system property "
              + PROPERTY
              + " is '"
              + forced
              + "'; allowed are reference, host, array",
          e);
    }
  }
}
