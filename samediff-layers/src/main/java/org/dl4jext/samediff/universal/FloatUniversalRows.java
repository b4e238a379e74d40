package org.dl4jext.samediff.universal;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatHostArrays;

/**
 * Some examples whose rows are computed together: where each stands, its memory, and the caches.
 */
final class FloatUniversalRows {

  final UniversalPass pass;
  final FloatUniversalCaches caches;
  private final ExampleRows[] examples;
  private final int[] starts;
  private final int[] memoryStarts;

  /** Rows of the memory [rows,Dm], its keys and values [rows,2D], and their gradients. */
  float[] memory = new float[0];

  float[] memoryKeyValue = new float[0];
  float[] memoryKeyValueGradient = new float[0];

  /** The caches after the pass; null where they are not wanted. */
  final FloatUniversalCaches carried;

  /**
   * Some examples of a pass.
   *
   * @param first of them
   * @param last the one after them
   */
  FloatUniversalRows(
      UniversalPass pass,
      int first,
      int last,
      FloatUniversalCaches caches,
      FloatUniversalCaches carried) {
    this.pass = pass;
    this.caches = caches;
    this.carried = carried;
    examples = Arrays.copyOfRange(pass.examples(), first, last);
    starts = new int[examples.length + 1];
    memoryStarts = new int[examples.length + 1];
    for (int e = 0; e < examples.length; e++) {
      starts[e + 1] = starts[e] + examples[e].size();
      int memoryRows = pass.memoryRows() == null ? 0 : pass.memoryRows()[first + e].length;
      memoryStarts[e + 1] = memoryStarts[e] + memoryRows;
    }
  }

  int examples() {
    return examples.length;
  }

  ExampleRows example(int e) {
    return examples[e];
  }

  /** First row of an example. */
  int start(int e) {
    return starts[e];
  }

  /** Number of rows of all examples. */
  int count() {
    return starts[examples.length];
  }

  int memoryStart(int e) {
    return memoryStarts[e];
  }

  int memoryCount(int e) {
    return memoryStarts[e + 1] - memoryStarts[e];
  }

  int memoryCount() {
    return memoryStarts[examples.length];
  }

  /** Makes the keys and values of the memory, which serve all steps. */
  void project(UniversalLayout layout, FloatUniversalWorker worker, FloatUniversalParameters w) {
    int width = layout.width();
    memoryKeyValue = FloatHostArrays.ensure(memoryKeyValue, 2L * width * memoryCount());
    worker.linear(
        memoryCount(),
        layout.memorySize(),
        2 * width,
        memory,
        w.memoryKeyValue,
        memoryKeyValue,
        false);
  }

  /** Clears the gradients of the keys and values of the memory. */
  void beginBackward(UniversalLayout layout) {
    long all = 2L * layout.width() * memoryCount();
    memoryKeyValueGradient = FloatHostArrays.ensure(memoryKeyValueGradient, all);
    Arrays.fill(memoryKeyValueGradient, 0, (int) all, 0);
  }

  /** The gradient of the memory [rows,Dm]; adds to those of the weights. */
  float[] memoryBackward(
      UniversalLayout layout, FloatUniversalWorker worker, FloatUniversalParameters w) {
    float[] dMemory = new float[memoryCount() * layout.memorySize()];
    worker.linearBackward(
        memoryCount(),
        layout.memorySize(),
        2 * layout.width(),
        memory,
        w.memoryKeyValue,
        memoryKeyValueGradient,
        worker.gradients.memoryKeyValue,
        dMemory);
    return dMemory;
  }
}
