package org.dl4jext.samediff.universal;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Adaptive computation time by array operations over positions [N,T]; {@link HaltingReference} is
 * the slow form.
 */
final class HaltingArray {

  private final HaltingSpec spec;
  private final INDArray started;
  private final INDArray[] weights;
  private final INDArray[] halts;
  private final INDArray[] goesOn;
  private final INDArray total;
  private final INDArray remainders;
  private final INDArray updates;
  private final INDArray halted;
  private INDArray running;
  private INDArray restGradient;

  /**
   * Before the first step.
   *
   * @param running [N,T], 1 for each position that ponders
   */
  HaltingArray(HaltingSpec spec, INDArray running) {
    this.spec = spec;
    this.running = running;
    started = running;
    total = Nd4j.zeros(running.dataType(), running.shape());
    remainders = total.like();
    updates = total.like();
    halted = total.like();
    weights = new INDArray[spec.maxSteps()];
    halts = new INDArray[spec.maxSteps()];
    goesOn = new INDArray[spec.maxSteps()];
  }

  INDArray started() {
    return started;
  }

  /** 1 for each position that has not halted. */
  INDArray running() {
    return running;
  }

  INDArray remainders() {
    return remainders;
  }

  INDArray updates() {
    return updates;
  }

  INDArray weights(int step) {
    return weights[step];
  }

  /** The update weights of a step. */
  INDArray weights(INDArray p, int step) {
    boolean last = spec.forceRemainder() && step == spec.maxSteps() - 1;
    INDArray halting =
        last
            ? running.dup()
            : total.add(p).gt(1 - spec.epsilon()).castTo(p.dataType()).muli(running);
    INDArray still = running.sub(halting);
    INDArray rest = total.rsub(1).muli(halting);
    INDArray w = still.mul(p).addi(rest);
    remainders.addi(rest);
    total.addi(w);
    updates.addi(running);
    halted.addi(halting);
    running = still;
    weights[step] = w;
    halts[step] = halting;
    goesOn[step] = still;
    return w;
  }

  /** The output [N,T,D] after a step. */
  INDArray combined(INDArray out, INDArray w, INDArray state) {
    INDArray column = column(w);
    INDArray added = state.mul(column);
    return spec.actType() == ActType.BASIC ? out.mul(column.rsub(1)).addi(added) : out.add(added);
  }

  /** Positions as a column that spreads over channels. */
  static INDArray column(INDArray positions) {
    return positions.reshape('c', positions.size(0), positions.size(1), 1);
  }

  void beginBackward(INDArray remainderGradients) {
    restGradient = remainderGradients.dup();
  }

  /** Gradient of the weights of a step, from that of the output after it. */
  INDArray weightGradient(INDArray dOut, INDArray state, INDArray before) {
    INDArray change = spec.actType() == ActType.BASIC ? state.sub(before) : state;
    return change.mul(dOut).sum(2);
  }

  /** Gradient of the state of a step, from that of the output after it. */
  INDArray stateGradient(INDArray dOut, int step) {
    return dOut.mul(column(weights[step]));
  }

  /** Gradient of the output before a step. */
  INDArray outputGradient(INDArray dOut, int step) {
    return spec.actType() == ActType.BASIC ? dOut.mul(column(weights[step]).rsub(1)) : dOut;
  }

  /** Gradients of the probabilities of a step; the steps come in reverse order. */
  INDArray backward(INDArray dw, int step) {
    INDArray dp = dw.sub(restGradient.mul(halted)).muli(goesOn[step]);
    restGradient.addi(dw.mul(halts[step]));
    return dp;
  }
}
