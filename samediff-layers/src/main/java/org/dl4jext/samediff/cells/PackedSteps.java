package org.dl4jext.samediff.cells;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The steps of a batch that its mask keeps, closed up and side by side: step t of every example
 * that has so many stands in neighbouring rows, the longest examples first.
 *
 * <p>Slot s holds example {@code order[s]}; at packed step t the slots below {@code active[t]} run,
 * and slot s is row {@code start[t] + s}. Row r is row {@code source[r]} of an array [T,N,..].
 */
final class PackedSteps {

  final int batch;
  final int steps;
  final int rows;

  /** Whether row r is row r of an array [T,N,..]. */
  final boolean dense;

  final int[] order;
  final int[] length;
  final int[] start;
  final int[] active;
  final int[] source;

  private PackedSteps(int batch, int steps, boolean dense, int[] order, int[][] valid) {
    this.batch = batch;
    this.dense = dense;
    this.order = order;
    this.length = Arrays.stream(order).map(n -> valid[n].length).toArray();
    this.steps = dense ? steps : length[0];
    this.start = new int[this.steps];
    this.active = new int[this.steps];
    int[] sources = new int[IntStream.of(length).sum()];
    int next = 0;
    for (int t = 0; t < this.steps; t++) {
      start[t] = next;
      for (int s = 0; s < batch && length[s] > t; s++) {
        sources[next++] = valid[order[s]][t] * batch + order[s];
      }
      active[t] = next - start[t];
    }
    this.rows = next;
    this.source = sources;
  }

  /**
   * @param mask [N,T] in c order, 0 for a step that does not exist; null for none
   */
  static PackedSteps of(float[] mask, int batch, int steps) {
    return of(batch, steps, mask == null ? null : i -> mask[i] == 0);
  }

  /** The double form of {@link #of(float[], int, int)}. */
  static PackedSteps of(double[] mask, int batch, int steps) {
    return of(batch, steps, mask == null ? null : i -> mask[i] == 0);
  }

  private static PackedSteps of(int batch, int steps, IntPredicate masked) {
    int[][] valid = new int[batch][];
    boolean dense = true;
    for (int n = 0; n < batch; n++) {
      int first = n * steps;
      valid[n] =
          IntStream.range(0, steps)
              .filter(t -> masked == null || !masked.test(first + t))
              .toArray();
      dense &= valid[n].length == steps;
    }
    int[] order =
        IntStream.range(0, batch)
            .boxed()
            .sorted(Comparator.comparing(n -> -valid[n].length))
            .mapToInt(Integer::intValue)
            .toArray();
    return new PackedSteps(batch, steps, dense, order, valid);
  }

  /** The row of slot 0 at the step before t, where y has {@code batch} rows before row 0. */
  int rowBefore(int t) {
    return t == 0 ? 0 : batch + start[t - 1];
  }
}
