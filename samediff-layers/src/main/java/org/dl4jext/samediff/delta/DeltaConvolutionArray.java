package org.dl4jext.samediff.delta;

import org.dl4jext.samediff.Views;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The causal depthwise convolution of a delta layer as shifted products, on padded batches. */
final class DeltaConvolutionArray {

  private final int width;
  private final int channels;
  private final Arena arena;
  private Packing packing;

  /** [N,W-1+Tm,C]: the state, then the projected inputs. */
  private INDArray history;

  DeltaConvolutionArray(int width, int channels, Arena arena) {
    this.width = width;
    this.channels = channels;
    this.arena = arena;
  }

  /**
   * Convolves.
   *
   * @param projected [R,C]
   * @param taps [C,W]
   * @param bias [C] or null
   * @param state [N,W-1,C] or null
   * @return [R,C]
   */
  INDArray forward(
      Packing packing, INDArray projected, INDArray taps, INDArray bias, INDArray state) {
    this.packing = packing;
    int steps = packing.paddedTokens;
    history = arena.empty(packing.batch, width - 1L + steps, channels);
    if (width > 1) {
      INDArray before = along(history, 0, width - 1);
      if (state == null) {
        before.assign(0);
      } else {
        before.assign(state);
      }
    }
    along(history, width - 1, width - 1 + steps)
        .assign(packing.pad(arena, projected).reshape(packing.batch, steps, channels));
    INDArray y = arena.empty(packing.batch, steps, channels);
    INDArray term = arena.empty(y.shape());
    for (int j = 0; j < width; j++) {
      Arena.timesInto(along(history, j, j + steps), tap(taps, j), j == 0 ? y : term);
      if (j > 0) {
        y.addi(term);
      }
    }
    if (bias != null) {
      Arena.plusInto(y, bias.reshape(1, 1, channels), y);
    }
    return packing.unpad(arena, y.reshape((long) packing.batch * steps, channels));
  }

  /** The state after the last step of each example [N,W-1,C]; only for W > 1. */
  INDArray finalState() {
    return packing.ends(arena, history).reshape(packing.batch, width - 1L, channels);
  }

  /** Gradients of a pass. */
  static final class Gradients {
    INDArray projected;
    INDArray taps;
    INDArray bias;
    INDArray state;
  }

  /**
   * Differentiates.
   *
   * @param dy [R,C]
   * @param dFinal [N,W-1,C] or null
   */
  Gradients backward(Arena to, INDArray dy, INDArray taps, INDArray dFinal) {
    int steps = packing.paddedTokens;
    INDArray padded = packing.pad(to, dy).reshape(packing.batch, steps, channels);
    INDArray dHistory = to.zeros(history.shape());
    INDArray term = to.empty(padded.shape());
    INDArray rows = term.reshape((long) packing.batch * steps, channels);
    Gradients d = new Gradients();
    d.taps = to.empty(channels, width);
    for (int j = 0; j < width; j++) {
      Arena.timesInto(padded, along(history, j, j + steps), term);
      Views.cut(d.taps, 1, j, j + 1).assign(to.sum(rows, 0).reshape(channels, 1));
      Arena.timesInto(padded, tap(taps, j), term);
      along(dHistory, j, j + steps).addi(term);
    }
    d.bias = to.sum(padded.reshape((long) packing.batch * steps, channels), 0);
    if (dFinal != null) {
      packing.addEnds(to, dFinal.reshape('c', packing.batch * (width - 1L), channels), dHistory);
    }
    INDArray inputs = to.copy(along(dHistory, width - 1, width - 1 + steps));
    d.projected = packing.unpad(to, inputs.reshape((long) packing.batch * steps, channels));
    d.state = width > 1 ? along(dHistory, 0, width - 1) : null;
    return d;
  }

  private INDArray tap(INDArray taps, int j) {
    INDArray column = Views.cut(taps, 1, j, j + 1);
    return column.dup('c').reshape('c', 1, 1, channels);
  }

  private static INDArray along(INDArray x, long from, long to) {
    return Views.cut(x, 1, from, to);
  }
}
