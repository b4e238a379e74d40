package org.dl4jext.datasets;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Following pointers: step i holds f(i) for a random map f of the steps, and at every step the hop
 * count k; the label of step i is f applied k times to i.
 *
 * <p>Channels: one for each value of f, then one for each hop count. Difficulty: hops.
 *
 * @param size number of steps
 * @param maxHops greatest hop count
 */
public record PointerHopping(int size, int maxHops) implements ReasoningTask {

  private static final long serialVersionUID = 1L;

  public PointerHopping {
    if (size < 2 || maxHops < 1) {
      throw new IllegalArgumentException(
          "PointerHopping: size is "
              + size
              + " and maxHops is "
              + maxHops
              + "; allowed: at least 2 and at least 1");
    }
  }

  @Override
  public String name() {
    return "pointer hopping";
  }

  @Override
  public int channels() {
    return size + maxHops;
  }

  @Override
  public int classes() {
    return size;
  }

  @Override
  public int[] difficulties() {
    return new int[] {1, maxHops};
  }

  @Override
  public ReasoningExample draw(SplittableRandom random, int hops) {
    requireDifficulty(hops);
    int[] f = new int[size];
    Arrays.setAll(f, i -> random.nextInt(size));
    int[][] active = new int[size][];
    int[] labels = new int[size];
    for (int i = 0; i < size; i++) {
      active[i] = new int[] {f[i], size + hops - 1};
      labels[i] = i;
      for (int k = 0; k < hops; k++) {
        labels[i] = f[labels[i]];
      }
    }
    return new ReasoningExample(active, labels, hops);
  }
}
