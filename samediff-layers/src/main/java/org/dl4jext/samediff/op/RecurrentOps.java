package org.dl4jext.samediff.op;

import java.util.Map;
import java.util.ServiceLoader;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.imports.converters.ImportClassMapping;

/**
 * Makes the ops of this library known to SameDiff, which finds the classes of ops by name when it
 * clones or loads a graph.
 *
 * <p>The ops are the {@link UnitOp}s that {@link ServiceLoader} finds: a library that adds one
 * lists it in {@code META-INF/services/org.dl4jext.samediff.op.UnitOp}. ND4J's table of ops is the
 * only static state that the library changes.
 */
public final class RecurrentOps {

  private static volatile boolean registered;

  private RecurrentOps() {}

  /**
   * Registers all ops. Call it once before {@code SameDiff.load} of a graph that holds one of them;
   * constructing such an op calls it too. Further calls do nothing. Thread-safe; ND4J's table
   * itself is not synchronised, so call it before other threads load graphs.
   */
  public static void register() {
    if (!registered) {
      registerNow();
    }
  }

  private static synchronized void registerNow() {
    if (registered) {
      return;
    }
    Map<String, DifferentialFunction> table = ImportClassMapping.getOpNameMapping();
    table.putIfAbsent(UnitGradientOp.NAME, new UnitGradientOp());
    for (UnitOp op : ServiceLoader.load(UnitOp.class, RecurrentOps.class.getClassLoader())) {
      table.putIfAbsent(op.opName(), op);
    }
    registered = true;
  }

  /** A fresh op of a registered class. */
  static UnitOp newOp(String name) {
    register();
    if (!(ImportClassMapping.getOpNameMapping().get(name) instanceof UnitOp prototype)) {
      throw new IllegalStateException(
          "op '" + name + "' is not registered; list its class in META-INF/services");
    }
    try {
      return prototype.getClass().getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("op '" + name + "' needs a public constructor", e);
    }
  }
}
