package org.dl4jext.samediff.universal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One example of the reference form: the loop over the steps, and the same loop backwards. */
final class ReferenceExample {

  /** What the backward pass needs of a step. */
  private record Step(
      double[][] s,
      double[] p,
      double[] running,
      double[] w,
      double[][] before,
      double[][] after,
      ReferenceBlock block) {}

  private final UniversalLayout layout;
  private final UniversalSpec spec;
  private final ReferenceParameters parameters;
  private final UniversalPass pass;
  private final ExampleRows rows;
  private final double[][] x;
  private final double[][] memory;
  private final double[][][][] caches;
  private final List<Step> tape = new ArrayList<>();
  private final HaltingReference halting;
  private ReferenceNorm lastNorm;
  double[][] memoryGradient;

  /** Keys and values of each step after the pass, or the gradients of those before it. */
  final double[][][][] carried;

  /**
   * An example.
   *
   * @param x its rows
   * @param memory its valid rows; null without a memory
   * @param caches keys and values of each step before the pass: [2][N][cached][D]
   */
  ReferenceExample(
      UniversalLayout layout,
      ReferenceParameters parameters,
      UniversalPass pass,
      ExampleRows rows,
      double[][] x,
      double[][] memory,
      double[][][][] caches) {
    this.layout = layout;
    this.spec = layout.spec();
    this.parameters = parameters;
    this.pass = pass;
    this.rows = rows;
    this.x = x;
    this.memory = memory;
    this.caches = caches;
    carried = new double[2][spec.maxSteps()][][];
    memoryGradient = memory == null ? null : new double[memory.length][layout.memorySize()];
    double[] running = new double[rows.size()];
    for (int i = 0; i < running.length; i++) {
      running[i] = rows.ponders()[i] ? 1 : 0;
    }
    halting = new HaltingReference(spec.haltingSpec(), running);
  }

  double[] updates() {
    return halting.updates;
  }

  double[] remainders() {
    return halting.remainders;
  }

  /** The output rows. */
  double[][] forward() {
    double[][] state = layout.projects() ? ReferenceMatrix.product(x, parameters.matrix("Win")) : x;
    double[][] out = new double[rows.size()][layout.width()];
    for (int n = 0; n < spec.maxSteps(); n++) {
      double[][] s = timed(state, n);
      double[] running = halting.running.clone();
      double[] p = spec.halts() ? probabilities(s) : null;
      double[] w = spec.halts() ? halting.weights(p, n) : null;
      double[][][] earlier = {caches[0][n], caches[1][n]};
      ReferenceBlock block = new ReferenceBlock(layout, parameters, pass, rows, memory, earlier, n);
      double[][] after = block.forward(s);
      for (int kind = 0; kind < 2; kind++) {
        carried[kind][n] = block.carried(kind);
      }
      tape.add(new Step(s, p, running, w, copy(out), after, block));
      double[][] next = copy(after);
      for (int i = 0; i < next.length; i++) {
        if (spec.halts()) {
          HaltingReference.combine(spec.actType(), w[i], after[i], out[i]);
        } else {
          out[i] = after[i].clone();
        }
        if (spec.halts() && spec.haltedState() == HaltedState.COPY && running[i] == 0) {
          next[i] = state[i].clone();
        }
      }
      state = next;
    }
    if (spec.norm() == NormPlacement.POST) {
      return out;
    }
    lastNorm = new ReferenceNorm(parameters, "lnf", spec.layerNormEpsilon());
    return lastNorm.forward(out);
  }

  private double[][] timed(double[][] state, int step) {
    double[][] s = copy(state);
    double root = Math.sqrt(layout.width());
    for (int i = 0; i < s.length; i++) {
      add(s[i], spec.stepTiming(), "stepEmbedding", step, root);
      add(s[i], spec.positionTiming(), "positionEmbedding", rows.position()[i], root);
    }
    return s;
  }

  private void add(double[] s, TimingSignal timing, String name, int row, double root) {
    double[] sinusoid = SinusoidTiming.row(row, s.length);
    for (int j = 0; j < s.length; j++) {
      s[j] +=
          switch (timing) {
            case NONE -> 0;
            case SINUSOID -> sinusoid[j];
            case LEARNED -> parameters.vector(name)[row * s.length + j] * root;
          };
    }
  }

  private double[] probabilities(double[][] s) {
    double[] p = ownProbabilities(s);
    return spec.halting() == HaltingScope.GLOBAL ? averaged(p) : p;
  }

  private double[] ownProbabilities(double[][] s) {
    double[] p = new double[s.length];
    for (int i = 0; i < p.length; i++) {
      double logit = parameters.vector("bp")[0];
      for (int j = 0; j < s[i].length; j++) {
        logit += s[i][j] * parameters.vector("Wp")[j];
      }
      p[i] = HaltingReference.sigmoid(logit);
    }
    return p;
  }

  /** Everyone's mean over the positions that ponder. */
  private double[] averaged(double[] values) {
    double mean = 0;
    for (int i = 0; i < values.length; i++) {
      mean += rows.ponders()[i] ? values[i] / rows.pondering() : 0;
    }
    double[] all = new double[values.length];
    Arrays.fill(all, mean);
    return all;
  }

  /**
   * The gradient of x; adds to those of the parameters and of the memory, and leaves those of the
   * caches in {@link #carried}.
   *
   * @param out gradient of the output rows
   * @param remainderGradients of the remainders
   * @param cacheGradients of the carried keys and values
   */
  double[][] backward(double[][] out, double[] remainderGradients, double[][][][] cacheGradients) {
    double[][] dOut = copy(lastNorm == null ? out : lastNorm.backward(out));
    double[][] dState = new double[rows.size()][layout.width()];
    halting.beginBackward(remainderGradients);
    for (int n = spec.maxSteps() - 1; n >= 0; n--) {
      dState = backward(tape.get(n), n, dOut, dState, cacheGradients);
    }
    if (!layout.projects()) {
      return dState;
    }
    ReferenceMatrix.addTransposedTimes(x, dState, parameters.gradient("Win"));
    return ReferenceMatrix.timesTransposed(dState, parameters.matrix("Win"));
  }

  private double[][] backward(
      Step step, int n, double[][] dOut, double[][] dState, double[][][][] cacheGradients) {
    double[][] dAfter = copy(dState);
    double[][] around = new double[dState.length][layout.width()];
    double[] dw = new double[dState.length];
    for (int i = 0; i < dAfter.length; i++) {
      if (spec.halts() && spec.haltedState() == HaltedState.COPY && step.running[i] == 0) {
        around[i] = dAfter[i];
        dAfter[i] = new double[layout.width()];
      }
      boolean basic = spec.actType() == ActType.BASIC;
      boolean last = n == spec.maxSteps() - 1;
      double w = spec.halts() ? step.w[i] : last ? 1 : 0;
      for (int j = 0; j < layout.width(); j++) {
        dw[i] += dOut[i][j] * (step.after[i][j] - (basic ? step.before[i][j] : 0));
        dAfter[i][j] += w * dOut[i][j];
        dOut[i][j] *= spec.halts() && basic ? 1 - w : 1;
      }
    }
    double[][] ds = blockBackward(step, n, dAfter, cacheGradients);
    if (spec.halts()) {
      probabilitiesBackward(step, halting.backward(dw, n), ds);
    }
    double root = Math.sqrt(layout.width());
    for (int i = 0; i < ds.length; i++) {
      addTiming(ds[i], spec.stepTiming(), "stepEmbedding", n, root);
      addTiming(ds[i], spec.positionTiming(), "positionEmbedding", rows.position()[i], root);
    }
    return ReferenceMatrix.sum(ds, around);
  }

  private void addTiming(double[] ds, TimingSignal timing, String name, int row, double root) {
    for (int j = 0; timing == TimingSignal.LEARNED && j < ds.length; j++) {
      parameters.gradient(name)[row * ds.length + j] += ds[j] * root;
    }
  }

  private double[][] blockBackward(
      Step step, int n, double[][] dAfter, double[][][][] cacheGradients) {
    ReferenceBlock block = step.block;
    double[][][] ofCarried = {cacheGradients[0][n], cacheGradients[1][n]};
    double[][] ds = block.backward(dAfter, ofCarried);
    for (int kind = 0; kind < 2; kind++) {
      carried[kind][n] = block.earlierGradient(kind);
    }
    if (memory != null) {
      memoryGradient = ReferenceMatrix.sum(memoryGradient, block.memoryGradient());
    }
    return ds;
  }

  private void probabilitiesBackward(Step step, double[] given, double[][] ds) {
    double[] dp = given;
    if (spec.halting() == HaltingScope.GLOBAL) {
      dp = averaged(given);
    }
    double[] own = spec.halting() == HaltingScope.GLOBAL ? ownProbabilities(step.s) : step.p;
    for (int i = 0; i < dp.length; i++) {
      if (!rows.ponders()[i]) {
        continue;
      }
      double dz = dp[i] * own[i] * (1 - own[i]);
      parameters.gradient("bp")[0] += dz;
      for (int j = 0; j < ds[i].length; j++) {
        parameters.gradient("Wp")[j] += dz * step.s[i][j];
        ds[i][j] += dz * parameters.vector("Wp")[j];
      }
    }
  }

  private static double[][] copy(double[][] rows) {
    double[][] copy = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      copy[i] = rows[i].clone();
    }
    return copy;
  }
}
