package org.dl4jext.samediff.kernel;

import java.util.function.Supplier;

/** Runs a part of a test with another number of threads. */
public final class HostThreadsProperty {

  private HostThreadsProperty() {}

  public static <T> T with(int threads, Supplier<T> action) {
    String before = System.setProperty(HostThreads.PROPERTY, Integer.toString(threads));
    try {
      return action.get();
    } finally {
      if (before == null) {
        System.clearProperty(HostThreads.PROPERTY);
      } else {
        System.setProperty(HostThreads.PROPERTY, before);
      }
    }
  }
}
