package org.dl4jext.samediff.universal;

import java.util.Arrays;
import org.dl4jext.samediff.Views;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a pass depends on beside data and parameters, as arrays over all positions [N,T], absent
 * ones included: who is there and who ponders, positions, what attention may see, dropout.
 */
final class UniversalArrayPlan {

  private final UniversalLayout layout;
  private final UniversalSpec spec;
  private final UniversalPass pass;
  private final DataType type;
  private final int batch;
  private final int steps;

  UniversalArrayPlan(UniversalLayout layout, UniversalPass pass, DataType type) {
    this.layout = layout;
    this.spec = layout.spec();
    this.pass = pass;
    this.type = type;
    batch = pass.batch();
    steps = pass.steps();
  }

  private INDArray array(double[] values, long... shape) {
    return Nd4j.createFromArray(values).castTo(type).reshape('c', shape);
  }

  /** 1 for each position that is computed [N,T]. */
  INDArray present() {
    double[] values = new double[batch * steps];
    for (ExampleRows rows : pass.examples()) {
      for (int i = 0; i < rows.size(); i++) {
        values[pass.dense(rows, i)] = 1;
      }
    }
    return array(values, batch, steps);
  }

  /** 1 for each position that ponders [N,T]. */
  INDArray pondering() {
    double[] values = new double[batch * steps];
    for (ExampleRows rows : pass.examples()) {
      for (int i = 0; i < rows.size(); i++) {
        values[pass.dense(rows, i)] = rows.ponders()[i] ? 1 : 0;
      }
    }
    return array(values, batch, steps);
  }

  /** The position signal of all positions [N T,D]; null for none. */
  INDArray positionSignal(ArrayParameters parameters) {
    return switch (spec.positionTiming()) {
      case NONE -> null;
      case SINUSOID -> sinusoids();
      case LEARNED ->
          Nd4j.matmul(chosenPositions(), parameters.get("positionEmbedding")).muli(root());
    };
  }

  private INDArray sinusoids() {
    int width = layout.width();
    double[] values = new double[batch * steps * width];
    for (ExampleRows rows : pass.examples()) {
      for (int i = 0; i < rows.size(); i++) {
        double[] row = SinusoidTiming.row(rows.position()[i], width);
        System.arraycopy(row, 0, values, pass.dense(rows, i) * width, width);
      }
    }
    return array(values, (long) batch * steps, width);
  }

  /** 1 at the position of each row [N T,maxLength]; zeros where absent. */
  private INDArray chosenPositions() {
    int length = spec.maxLength();
    double[] values = new double[batch * steps * length];
    for (ExampleRows rows : pass.examples()) {
      for (int i = 0; i < rows.size(); i++) {
        values[pass.dense(rows, i) * length + rows.position()[i]] = 1;
      }
    }
    return array(values, (long) batch * steps, length);
  }

  private double root() {
    return Math.sqrt(layout.width());
  }

  /** The signal of a step [1,D]; null for none. */
  INDArray stepSignal(ArrayParameters parameters, int step) {
    return switch (spec.stepTiming()) {
      case NONE -> null;
      case SINUSOID -> array(SinusoidTiming.row(step, layout.width()), 1, layout.width());
      case LEARNED ->
          Views.cut(parameters.get("stepEmbedding"), 0, step, step + 1L).dup('c').muli(root());
    };
  }

  /** Adds what the state's gradient [N T,D] at a step gives to those of the learned signals. */
  void addSignalGradients(ArrayParameters parameters, INDArray ds, int step) {
    if (spec.stepTiming() == TimingSignal.LEARNED) {
      INDArray to = Views.cut(parameters.gradient("stepEmbedding"), 0, step, step + 1L);
      to.addi(ds.sum(0).muli(root()).reshape(1, layout.width()));
    }
    if (spec.positionTiming() == TimingSignal.LEARNED) {
      parameters.add(
          "positionEmbedding", Nd4j.matmul(chosenPositions(), ds, true, false, false).muli(root()));
    }
  }

  /** Most positions that the caches of an example hold. */
  int cached() {
    return Arrays.stream(pass.examples()).mapToInt(ExampleRows::cached).max().orElse(0);
  }

  /** Bias of self-attention [N,1,T,cached+T]. */
  INDArray selfBias() {
    int first = cached();
    int keys = first + steps;
    double[] values = new double[batch * steps * keys];
    for (ExampleRows rows : pass.examples()) {
      for (int i = 0; i < rows.size(); i++) {
        int at = pass.dense(rows, i) * keys;
        Arrays.fill(values, at, at + keys, 2 * ReferenceAttention.HIDDEN);
        for (int j = 0; j < rows.cached() + rows.size(); j++) {
          boolean own = j >= rows.cached();
          int to = own ? first + rows.sources()[j - rows.cached()] : j;
          boolean future = spec.causal() && j > rows.cached() + i;
          boolean past = j < rows.firstKey(i, spec.window());
          boolean masked = own && !rows.key()[j - rows.cached()];
          values[at + to] =
              (future || past ? ReferenceAttention.HIDDEN : 0)
                  + (masked ? ReferenceAttention.HIDDEN : 0);
        }
      }
    }
    return array(values, batch, 1, steps, keys);
  }

  /** 1 for each valid step of a memory of some length [N,length]. */
  INDArray memoryPresent(int length) {
    double[] values = new double[batch * length];
    for (int n = 0; n < batch; n++) {
      for (int t : pass.memoryRows()[n]) {
        values[n * length + t] = 1;
      }
    }
    return array(values, batch, length);
  }

  /** Bias of attention to a memory of some length [N,1,1,length]. */
  INDArray memoryBias(int length) {
    return memoryPresent(length)
        .rsubi(1)
        .muli(ReferenceAttention.HIDDEN)
        .reshape('c', batch, 1, 1, length);
  }

  /** 1 for each example whose memory has a valid step [N,1,1,1]. */
  INDArray remembers() {
    double[] values = new double[batch];
    for (int n = 0; n < batch; n++) {
      values[n] = pass.memoryRows()[n].length > 0 ? 1 : 0;
    }
    return array(values, batch, 1, 1, 1);
  }

  /** Factors of what a branch adds [N T,D]; null for none. */
  INDArray residualDrop(int branch, int step) {
    if (!pass.dropout().dropsResidual()) {
      return null;
    }
    int width = layout.width();
    double[] values = new double[batch * steps * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = pass.dropout().residual(branch, step, i / width, i % width);
    }
    return array(values, (long) batch * steps, width);
  }

  /** Factors of the hidden values of the transition [N T,F]; null for none. */
  INDArray transitionDrop(int step) {
    if (!pass.dropout().dropsTransition()) {
      return null;
    }
    int inner = layout.innerSize();
    double[] values = new double[batch * steps * inner];
    for (int i = 0; i < values.length; i++) {
      values[i] = pass.dropout().transition(step, i / inner, i % inner);
    }
    return array(values, (long) batch * steps, inner);
  }

  /** Factors of the weights of self-attention [N,H,T,cached+T]; null for none. */
  INDArray selfDrop(int step) {
    if (!pass.dropout().dropsAttention()) {
      return null;
    }
    int first = cached();
    int keys = first + steps;
    int heads = spec.heads();
    double[] values = new double[batch * heads * steps * keys];
    for (ExampleRows rows : pass.examples()) {
      for (int h = 0; h < heads; h++) {
        for (int i = 0; i < rows.size(); i++) {
          int at = ((rows.example() * heads + h) * steps + rows.sources()[i]) * keys;
          for (int j = 0; j < rows.cached() + rows.size(); j++) {
            boolean own = j >= rows.cached();
            int to = own ? first + rows.sources()[j - rows.cached()] : j;
            values[at + to] =
                pass.dropout().attention(UniversalDropout.SELF, step, h, pass.dense(rows, i), j);
          }
        }
      }
    }
    return array(values, batch, heads, steps, keys);
  }

  /**
   * Factors of the weights of attention to a memory [N,H,T,length]: dropout, and 0 where a memory
   * has no valid step; null for none.
   */
  INDArray memoryDrop(int step, int length) {
    int heads = spec.heads();
    INDArray remembers = remembers();
    if (!pass.dropout().dropsAttention()) {
      return remembers.minNumber().doubleValue() > 0
          ? null
          : remembers.broadcast(Nd4j.create(type, batch, heads, steps, length));
    }
    double[] values = new double[batch * heads * steps * length];
    for (ExampleRows rows : pass.examples()) {
      int[] valid = pass.memoryRows()[rows.example()];
      for (int h = 0; h < heads; h++) {
        for (int i = 0; i < rows.size(); i++) {
          int at = ((rows.example() * heads + h) * steps + rows.sources()[i]) * length;
          for (int j = 0; j < valid.length; j++) {
            values[at + valid[j]] =
                pass.dropout().attention(UniversalDropout.MEMORY, step, h, pass.dense(rows, i), j);
          }
        }
      }
    }
    return array(values, batch, heads, steps, length);
  }
}
