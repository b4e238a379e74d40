package org.dl4jext.samediff.universal;

import java.util.Arrays;
import org.dl4jext.samediff.Views;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Keys and values of the examples between calls, as Java arrays [N,maxLength,D] of each example.
 */
final class FloatUniversalCaches {

  private final UniversalLayout layout;
  private final FloatHostArrays host;
  private final float[][][] arrays = new float[2][][];

  FloatUniversalCaches(UniversalLayout layout, FloatHostArrays host) {
    this.layout = layout;
    this.host = host;
  }

  private int length() {
    return layout.spec().maxSteps() * layout.spec().maxLength() * layout.width();
  }

  /** Reads the states of those examples that have some. */
  void read(INDArray[] from, int first, ExampleRows[] examples, boolean all) {
    for (int kind = 0; kind < 2; kind++) {
      arrays[kind] = new float[examples.length][];
      INDArray state = from[first + kind];
      for (int n = 0; state != null && n < examples.length; n++) {
        if (all || examples[n].cached() > 0) {
          arrays[kind][n] = new float[length()];
          host.read(Views.at(state, 0, n), arrays[kind][n], 0);
        }
      }
    }
  }

  /** Zeros for all examples. */
  void clear(int examples) {
    for (int kind = 0; kind < 2; kind++) {
      arrays[kind] = new float[examples][length()];
    }
  }

  /** Writes the states of all examples; zeros for those that have none. */
  void write(INDArray[] to, int first) {
    for (int kind = 0; kind < 2; kind++) {
      INDArray state = to[first + kind];
      for (int n = 0; state != null && n < arrays[kind].length; n++) {
        float[] values = arrays[kind][n];
        host.write(values == null ? new float[length()] : values, 0, Views.at(state, 0, n));
      }
    }
  }

  /** Copies the first rows of a step to the front of {@code to}; zeros where there are none. */
  void load(int kind, int example, int step, int rows, float[] to) {
    int count = rows * layout.width();
    float[] from = arrays[kind] == null ? null : arrays[kind][example];
    if (from == null) {
      Arrays.fill(to, 0, count, 0);
    } else {
      System.arraycopy(from, at(step), to, 0, count);
    }
  }

  /** Keeps some rows of a step. */
  void store(int kind, int example, int step, float[] from, int offset, int rows) {
    System.arraycopy(from, offset, arrays[kind][example], at(step), rows * layout.width());
  }

  private int at(int step) {
    return step * layout.spec().maxLength() * layout.width();
  }
}
