package org.dl4jext.samediff.universal;

import org.dl4jext.samediff.kernel.FloatHostArrays;

/** What the backward pass needs of one step of some examples; arrays are reused and only grow. */
final class FloatUniversalTape {

  /** The state before each sublayer, and after the last. */
  final float[][] flow;

  /** Sums before the norms, post-norm only. */
  final float[][] sums;

  /** Of self-attention, queries, keys and values [rows,3D]; of that to a memory, queries. */
  final float[][] projected = new float[2][0];

  /** Of each attention: its context [rows,D], and the logarithms of its sums [heads,rows]. */
  final float[][] contexts = new float[2][0];

  final float[][] logSums = new float[2][0];

  /** Hidden values of the transition. */
  float[] hidden = new float[0];

  /** Halting probabilities, each position's own; the output before the step. */
  float[] p = new float[0];

  float[] before = new float[0];

  /** Keys and values of an example with those of earlier calls; null where it has none. */
  final float[][][] joined = new float[2][][];

  FloatUniversalTape(int sublayers) {
    flow = new float[sublayers + 1][0];
    sums = new float[sublayers][0];
  }

  void ensure(UniversalLayout layout, int rows, int examples) {
    long all = (long) rows * layout.width();
    for (int i = 0; i < flow.length; i++) {
      flow[i] = FloatHostArrays.ensure(flow[i], all);
    }
    if (layout.spec().norm() == NormPlacement.POST) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] = FloatHostArrays.ensure(sums[i], all);
      }
    }
    int attentions = layout.memorySize() > 0 ? 2 : 1;
    for (int i = 0; i < attentions; i++) {
      long columns = i == UniversalDropout.SELF ? 3 : 1;
      projected[i] = FloatHostArrays.ensure(projected[i], columns * all);
      contexts[i] = FloatHostArrays.ensure(contexts[i], all);
      logSums[i] = FloatHostArrays.ensure(logSums[i], (long) rows * layout.spec().heads());
    }
    hidden = FloatHostArrays.ensure(hidden, (long) rows * layout.innerSize());
    p = FloatHostArrays.ensure(p, rows);
    if (layout.spec().halts() && layout.spec().actType() == ActType.BASIC) {
      before = FloatHostArrays.ensure(before, all);
    }
    joined[0] = new float[examples][];
    joined[1] = new float[examples][];
  }
}
