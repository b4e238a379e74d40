package org.dl4jext.samediff.universal;

import java.util.Arrays;
import org.dl4jext.samediff.Views;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Keys and values of the examples between calls, or their gradients: arrays [N,maxSteps,
 * maxLength,D] that are read and written where they are.
 */
final class FloatUniversalCaches {

  private final INDArray[] arrays;

  /**
   * Keys and values.
   *
   * @param all holds both; null for zeros, or where they are not wanted
   * @param first place of the keys in {@code all}
   */
  FloatUniversalCaches(INDArray[] all, int first) {
    arrays = Arrays.copyOfRange(all, first, first + UniversalLayout.COUNT);
  }

  /** Sets all to zero, except what is also the array of other caches. */
  void clear(FloatUniversalCaches except) {
    for (int kind = 0; kind < arrays.length; kind++) {
      if (arrays[kind] != null && !shares(except, kind)) {
        arrays[kind].assign(0);
      }
    }
  }

  private boolean shares(FloatUniversalCaches other, int kind) {
    return other != null && other.arrays[kind] == arrays[kind];
  }

  /** Copies the first rows of a step; {@code to} stays as it is where they are null. */
  void load(
      FloatHostArrays host, int kind, int example, int step, int rows, float[] to, int offset) {
    if (arrays[kind] != null && rows > 0) {
      host.read(rows(kind, example, step, 0, rows), to, offset);
    }
  }

  /** Overwrites the first rows of a step. */
  void store(
      FloatHostArrays host, int kind, int example, int step, int rows, float[] from, int offset) {
    if (arrays[kind] != null && rows > 0) {
      host.write(from, offset, rows(kind, example, step, 0, rows));
    }
  }

  /**
   * Keeps the last rows of a step that fit; only the new ones where the others are there already.
   *
   * @param before the caches that the first rows came from
   * @param joined the cached rows of the example, then its new ones
   */
  void keep(
      FloatHostArrays host,
      FloatUniversalCaches before,
      int kind,
      ExampleRows example,
      int step,
      float[] joined) {
    if (arrays[kind] == null) {
      return;
    }
    int cached = example.cached();
    int all = cached + example.size();
    int width = Math.toIntExact(arrays[kind].size(3));
    int kept = Math.toIntExact(Math.min(all, arrays[kind].size(2)));
    if (kept < all || !shares(before, kind)) {
      store(host, kind, example.example(), step, kept, joined, (all - kept) * width);
    } else if (example.size() > 0) {
      INDArray to = rows(kind, example.example(), step, cached, example.size());
      host.write(joined, cached * width, to);
    }
  }

  private INDArray rows(int kind, int example, int step, int first, int count) {
    INDArray of = Views.at(Views.at(arrays[kind], 0, example), 0, step);
    return Views.cut(of, 0, first, first + (long) count);
  }
}
