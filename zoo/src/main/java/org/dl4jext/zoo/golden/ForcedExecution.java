package org.dl4jext.zoo.golden;

import java.util.Locale;
import java.util.function.Supplier;
import org.dl4jext.samediff.Execution;

/**
 * Forces the execution of ops and layers, which choose it themselves when they run. For one thread
 * at a time, since it is a system property that does it.
 */
final class ForcedExecution {

  private ForcedExecution() {}

  static <R> R during(Execution execution, Supplier<R> action) {
    String before = System.getProperty(Execution.PROPERTY);
    System.setProperty(Execution.PROPERTY, execution.name().toLowerCase(Locale.ROOT));
    try {
      return action.get();
    } finally {
      if (before == null) {
        System.clearProperty(Execution.PROPERTY);
      } else {
        System.setProperty(Execution.PROPERTY, before);
      }
    }
  }
}
