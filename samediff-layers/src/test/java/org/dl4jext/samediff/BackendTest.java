package org.dl4jext.samediff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.factory.Nd4jBackend;

/** Which backend ND4J has taken, and what follows from it. */
class BackendTest {

  @Test
  void theBestBackendThatIsAvailableIsInUse() {
    List<String> available = new ArrayList<>();
    int highest = Integer.MIN_VALUE;
    for (Nd4jBackend backend : ServiceLoader.load(Nd4jBackend.class)) {
      if (isAvailable(backend)) {
        available.add(backend.getClass().getSimpleName());
        highest = Math.max(highest, backend.getPriority());
      }
    }
    String used = Nd4j.getBackend().getClass().getSimpleName();
    assertTrue(available.contains(used), used + " of " + available);
    assertEquals(highest, Nd4j.getBackend().getPriority(), used + " of " + available);
  }

  /** A backend says in both ways that it lacks its device. */
  private static boolean isAvailable(Nd4jBackend backend) {
    try {
      return backend.isAvailable();
    } catch (RuntimeException | LinkageError e) {
      return false;
    }
  }

  @Test
  void aCpuComputesOnTheHostAndADeviceOnArrays() {
    boolean cpu = Nd4j.getBackend().getClass().getSimpleName().equals("CpuBackend");
    String forced = System.clearProperty(Execution.PROPERTY);
    try {
      assertEquals(cpu ? Execution.HOST : Execution.ARRAY, Execution.current());
      System.setProperty(Execution.PROPERTY, "Reference");
      assertEquals(Execution.REFERENCE, Execution.current());
      System.setProperty(Execution.PROPERTY, "gpu");
      IllegalArgumentException e = assertThrows(IllegalArgumentException.class, Execution::current);
      assertTrue(e.getMessage().contains("'gpu'; allowed are"), e.getMessage());
    } finally {
      System.setProperty(Execution.PROPERTY, forced == null ? "" : forced);
    }
  }
}
