package org.dl4jext.samediff.kernel;

import java.lang.reflect.InvocationTargetException;

/** Chooses the build of the inner loops once, when it is first asked for. */
final class FloatBlocksHolder {

  /** System property: {@code false} keeps the plain build even where the vector module is there. */
  static final String PROPERTY = "org.dl4jext.vector";

  static final FloatBlocks BEST = choose();
  static final FloatBlocks STEPS = new FloatPlainBlocks();

  private FloatBlocksHolder() {}

  private static FloatBlocks choose() {
    boolean wanted = !"false".equals(System.getProperty(PROPERTY));
    if (wanted && ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
      FloatBlocks vector = vector();
      // With vectors of 128 bits and less the explicit form gains nothing over the compiler's.
      if (vector != null && vector.lanes() >= FloatMath.MIN_LANES) {
        return vector;
      }
    }
    return new FloatPlainBlocks();
  }

  /** The vector build; null where the JVM cannot load it. */
  static FloatBlocks vector() {
    try {
      Class<?> type =
          Class.forName(FloatBlocksHolder.class.getPackageName() + ".FloatVectorBlocks");
      return (FloatBlocks) type.getDeclaredConstructor().newInstance();
    } catch (InvocationTargetException | LinkageError e) {
      return null;
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }
}
