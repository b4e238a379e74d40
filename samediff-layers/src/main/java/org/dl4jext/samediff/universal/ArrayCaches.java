package org.dl4jext.samediff.universal;

import java.util.List;
import org.dl4jext.samediff.Views;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Keys and values between calls, for array operations: those of a step are [N,C,D], where C is the
 * most that an example has, and zeros behind what an example has.
 */
final class ArrayCaches {

  private final UniversalLayout layout;
  private final UniversalPass pass;
  private final int cached;
  private final INDArray[] states = new INDArray[2];
  private final INDArray[] carriedGradients = new INDArray[2];
  private final INDArray[][] gradients;

  ArrayCaches(UniversalLayout layout, UniversalPass pass, int cached) {
    this.layout = layout;
    this.pass = pass;
    this.cached = cached;
    gradients = new INDArray[layout.spec().maxSteps()][2];
  }

  void read(INDArray[] inputs) {
    for (int kind = 0; layout.streams() && kind < 2; kind++) {
      states[kind] = inputs[layout.firstState() + kind];
    }
  }

  /** Keys and values [N,C,D] before a step's own; nulls for none. */
  INDArray[] before(int step) {
    INDArray[] before = new INDArray[2];
    for (int kind = 0; cached > 0 && kind < 2; kind++) {
      before[kind] = Views.cut(Views.at(states[kind], 1, step), 1, 0, cached).dup('c');
    }
    return before;
  }

  /** How many of an example's cached and own positions are carried on. */
  private int kept(ExampleRows rows) {
    return Math.min(rows.cached() + rows.size(), layout.spec().maxLength());
  }

  /** Place among the keys of a pass of the i-th of an example's cached and own positions. */
  private int place(ExampleRows rows, int i) {
    return i < rows.cached() ? i : cached + rows.sources()[i - rows.cached()];
  }

  /** Writes the states after the pass, where they are wanted. */
  void write(List<ArrayAttention> attentions, INDArray[] to, int first) {
    for (int kind = 0; kind < 2; kind++) {
      if (to[first + kind] == null) {
        continue;
      }
      to[first + kind].assign(0);
      for (int step = 0; step < attentions.size(); step++) {
        for (ExampleRows rows : pass.examples()) {
          INDArray of = Views.at(attentions.get(step).keyValue[kind], 0, rows.example());
          INDArray target = Views.at(Views.at(to[first + kind], 0, rows.example()), 0, step);
          int all = rows.cached() + rows.size();
          for (int i = 0; i < kept(rows); i++) {
            int from = place(rows, all - kept(rows) + i);
            Views.at(target, 0, i).assign(Views.at(of, 0, from));
          }
        }
      }
    }
    INDArray counts = to[first + UniversalLayout.COUNT];
    if (counts != null) {
      for (ExampleRows rows : pass.examples()) {
        counts.putScalar(rows.example(), 0, rows.count() + rows.size());
      }
    }
  }

  void beginBackward(INDArray[] outputGradients, int first) {
    for (int kind = 0; layout.streams() && kind < 2; kind++) {
      carriedGradients[kind] = outputGradients[first + kind];
    }
  }

  /** Gradients of the keys and values [N,K,D] of a step from what was carried; nulls for none. */
  INDArray[] carriedGradients(int step, ArrayAttention attention) {
    INDArray[] all = new INDArray[2];
    for (int kind = 0; kind < 2; kind++) {
      if (carriedGradients[kind] == null) {
        continue;
      }
      all[kind] = attention.keyValue[kind].like();
      for (ExampleRows rows : pass.examples()) {
        INDArray from = Views.at(Views.at(carriedGradients[kind], 0, rows.example()), 0, step);
        int own = rows.cached() + rows.size();
        for (int i = 0; i < kept(rows); i++) {
          int to = place(rows, own - kept(rows) + i);
          Views.at(Views.at(all[kind], 0, rows.example()), 0, to).assign(Views.at(from, 0, i));
        }
      }
    }
    return all;
  }

  /** Keeps the gradients of the cached keys and values of a step. */
  void keepGradients(int step, ArrayAttention attention) {
    for (int kind = 0; cached > 0 && kind < 2; kind++) {
      gradients[step][kind] = Views.cut(attention.keyValueGradients[kind], 1, 0, cached).dup('c');
    }
  }

  /** Overwrites the wanted gradients of the states. */
  void writeGradients(INDArray[] inputGradients) {
    for (int kind = 0; kind < 3; kind++) {
      INDArray to = inputGradients[layout.firstState() + kind];
      if (to == null) {
        continue;
      }
      to.assign(0);
      for (int step = 0; kind < 2 && cached > 0 && step < gradients.length; step++) {
        Views.cut(Views.at(to, 1, step), 1, 0, cached).assign(gradients[step][kind]);
      }
    }
  }
}
