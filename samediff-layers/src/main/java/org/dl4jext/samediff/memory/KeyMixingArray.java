package org.dl4jext.samediff.memory;

import java.util.Arrays;
import org.dl4jext.samediff.Views;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Keys as weighted sums of the projected keys of the last W valid steps, channel by channel: {@code
 * k_t = sum over j of tap_j p(t-W+1+j)}. Masked steps are skipped, not seen as zeros.
 */
final class KeyMixingArray {

  private final int width;

  /** The states' rows, then all steps [N,W-1+T,C]. */
  private INDArray rows;

  /** For each example and each step and lag, and then each row of the state, the row it takes. */
  private int[][] sources;

  private INDArray taps;

  KeyMixingArray(int width) {
    this.width = width;
  }

  /**
   * The keys [N,T,C].
   *
   * @param projected [N,T,C]
   * @param taps [W,C]
   * @param before [N,W-1,C] or null for zeros
   * @param mask [N,T] or null
   */
  INDArray forward(INDArray projected, INDArray taps, INDArray before, INDArray mask) {
    this.taps = taps;
    long batch = projected.size(0);
    long steps = projected.size(1);
    INDArray past =
        before == null
            ? Nd4j.create(projected.dataType(), batch, width - 1L, projected.size(2))
            : before;
    rows = Nd4j.concat(1, past, projected);
    sources = mask == null ? null : sources(mask);
    INDArray keys = Nd4j.create(projected.dataType(), projected.shape());
    for (int j = 0; j < width; j++) {
      keys.addi(lagged(j, steps).muli(wide(j, keys)));
    }
    return keys;
  }

  private INDArray wide(int tap, INDArray like) {
    return Views.at(taps, 0, tap)
        .dup('c')
        .reshape('c', 1, 1, taps.size(1))
        .broadcast(Nd4j.createUninitialized(like.dataType(), like.shape()));
  }

  /** For each step the rows of its W taps; after all steps those of the next state. */
  private int[][] sources(INDArray mask) {
    int steps = (int) mask.size(1);
    int[][] all = new int[(int) mask.size(0)][];
    for (int b = 0; b < all.length; b++) {
      int[] last = new int[width];
      for (int j = 0; j < width; j++) {
        last[j] = j - 1;
      }
      int[] of = new int[(steps + 1) * width];
      for (int t = 0; t < steps; t++) {
        if (mask.getDouble(b, t) != 0) {
          System.arraycopy(last, 1, last, 0, width - 1);
          last[width - 1] = width - 1 + t;
        }
        System.arraycopy(last, 0, of, t * width, width);
      }
      System.arraycopy(last, 0, of, steps * width, width);
      all[b] = of;
    }
    return all;
  }

  /** The rows of one tap [N,T,C], as a copy. */
  private INDArray lagged(int tap, long steps) {
    if (sources == null) {
      return Views.cut(rows, 1, tap, tap + steps).dup('c');
    }
    return HeadArrays.product(selection(tap, steps), rows);
  }

  /** Zeros and ones [N,T,W-1+T] that take the rows of a tap. */
  private INDArray selection(int tap, long steps) {
    int batch = sources.length;
    int count = (int) rows.size(1);
    double[] ones = new double[Math.toIntExact(batch * steps * count)];
    for (int b = 0; b < batch; b++) {
      for (int t = 0; t < steps; t++) {
        int source = sources[b][t * width + tap];
        if (source >= 0) {
          ones[(int) ((b * steps + t) * count) + source] = 1;
        }
      }
    }
    return Nd4j.createFromArray(ones).reshape('c', batch, steps, count).castTo(rows.dataType());
  }

  /** The last W-1 valid rows [N,W-1,C]. */
  INDArray after() {
    long count = rows.size(1);
    if (sources == null) {
      return Views.cut(rows, 1, count - width + 1, count).dup('c');
    }
    INDArray after = Nd4j.create(rows.dataType(), rows.size(0), width - 1L, rows.size(2));
    for (int b = 0; b < sources.length; b++) {
      int[] last = Arrays.copyOfRange(sources[b], sources[b].length - width + 1, sources[b].length);
      for (int j = 0; j < last.length; j++) {
        Views.at(Views.at(after, 0, b), 0, j).assign(Views.at(Views.at(rows, 0, b), 0, last[j]));
      }
    }
    return after;
  }

  /**
   * Gradients of the rows [N,W-1+T,C]: those of the state, then of all steps.
   *
   * @param dKeys [N,T,C]
   * @param dAfter gradient of {@link #after}, or null
   * @param dTaps overwritten, or null
   */
  INDArray backward(INDArray dKeys, INDArray dAfter, INDArray dTaps) {
    long steps = dKeys.size(1);
    INDArray d = Nd4j.create(rows.dataType(), rows.shape());
    for (int j = 0; j < width; j++) {
      if (dTaps != null) {
        Views.at(dTaps, 0, j).assign(lagged(j, steps).muli(dKeys).sum(0, 1));
      }
      INDArray weighted = dKeys.mul(wide(j, dKeys));
      if (sources == null) {
        Views.cut(d, 1, j, j + steps).addi(weighted);
      } else {
        d.addi(HeadArrays.product(selection(j, steps), true, weighted, false));
      }
    }
    if (dAfter != null) {
      afterBackward(dAfter, d);
    }
    return d;
  }

  private void afterBackward(INDArray dAfter, INDArray d) {
    long count = rows.size(1);
    if (sources == null) {
      Views.cut(d, 1, count - width + 1, count).addi(dAfter);
      return;
    }
    for (int b = 0; b < sources.length; b++) {
      for (int j = 0; j < width - 1; j++) {
        int source = sources[b][sources[b].length - width + 1 + j];
        Views.at(Views.at(d, 0, b), 0, source).addi(Views.at(Views.at(dAfter, 0, b), 0, j));
      }
    }
  }
}
