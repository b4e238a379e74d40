package org.dl4jext.samediff.universal;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.dl4jext.samediff.ReferenceArrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Which positions one pass computes, and what it drops.
 *
 * @param batch number of examples
 * @param steps length of the arrays
 * @param examples the positions of each example
 * @param memoryRows valid steps of the memory of each example; null without a memory
 * @param dropout of this pass
 */
record UniversalPass(
    int batch, int steps, ExampleRows[] examples, int[][] memoryRows, UniversalDropout dropout) {

  /**
   * Plans a pass.
   *
   * @param carries whether the states after the pass are wanted
   * @throws IllegalStateException if the caches cannot hold the sequence
   * @throws IllegalArgumentException if a learned position signal is too short
   */
  static UniversalPass of(
      UniversalLayout layout, INDArray[] inputs, boolean carries, boolean training) {
    UniversalSpec spec = layout.spec();
    int batch = Math.toIntExact(inputs[0].size(0));
    int steps = Math.toIntExact(inputs[0].size(1));
    INDArray counts = layout.streams() ? inputs[layout.firstState() + UniversalLayout.COUNT] : null;
    int[][] valid = ReferenceArrays.validSteps(inputs[1], batch, steps);
    int offset =
        training && counts == null && spec.randomOffset() > 0
            ? Nd4j.getRandom().nextInt(spec.randomOffset() + 1)
            : 0;
    ExampleRows[] examples = new ExampleRows[batch];
    for (int n = 0; n < batch; n++) {
      int count = counts == null ? 0 : counts.getInt(n);
      examples[n] = rows(spec, n, steps, valid[n], count, offset);
      requireRoom(spec, examples[n], carries || count > 0);
    }
    int[][] memoryRows = null;
    if (layout.memorySize() > 0) {
      INDArray memory = inputs[layout.memory()];
      memoryRows =
          ReferenceArrays.validSteps(
              inputs[layout.memory() + 1], batch, Math.toIntExact(memory.size(1)));
    }
    return new UniversalPass(
        batch, steps, examples, memoryRows, UniversalDropout.of(spec, training));
  }

  private static ExampleRows rows(
      UniversalSpec spec, int example, int steps, int[] valid, int count, int offset) {
    boolean absent = spec.padding() == Padding.ABSENT;
    int[] sources = absent ? valid : IntStream.range(0, steps).toArray();
    boolean[] key = new boolean[sources.length];
    boolean[] ponders = new boolean[sources.length];
    for (int i = 0; i < key.length; i++) {
      key[i] = absent || Arrays.binarySearch(valid, i) >= 0;
      ponders[i] = key[i] || !spec.maskHalting();
    }
    boolean ranked = absent && spec.positionIndex() == PositionIndex.VALID;
    int[] position = new int[sources.length];
    for (int i = 0; i < position.length; i++) {
      position[i] = offset + (ranked ? count + i : sources[i]);
    }
    int cached = Math.min(count, spec.maxLength());
    return new ExampleRows(example, sources, key, ponders, position, count, cached);
  }

  private static void requireRoom(UniversalSpec spec, ExampleRows rows, boolean cached) {
    int size = rows.size();
    if (cached
        && spec.cacheLimit() == CacheLimit.REFUSE
        && rows.count() + size > spec.maxLength()) {
      throw new IllegalStateException(
          "Universal Transformer: the caches hold "
              + spec.maxLength()
              + " positions (maxLength), "
              + rows.count()
              + " are taken and "
              + size
              + " more are given; clear the state, raise maxLength, or set cacheLimit SLIDE");
    }
    if (spec.positionTiming() == TimingSignal.LEARNED
        && size > 0
        && rows.position()[size - 1] >= spec.maxLength()) {
      throw new IllegalArgumentException(
          "Universal Transformer: position "
              + rows.position()[size - 1]
              + " has no learned signal; allowed: below maxLength ("
              + spec.maxLength()
              + ")");
    }
  }

  /** Place of a position in an array [batch,steps]. */
  int dense(ExampleRows rows, int i) {
    return rows.example() * steps + rows.sources()[i];
  }
}
