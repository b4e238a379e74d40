package org.dl4jext.samediff.universal;

import java.util.ArrayList;
import java.util.List;
import org.dl4jext.samediff.op.SelectUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The {@code ARRAY} execution: a few large array operations for each step, over all positions of
 * the batch; {@link UniversalReference} is the slow form.
 */
final class UniversalArray extends UniversalCore {

  /**
   * What the backward pass needs of a step.
   *
   * @param s state with the timing signals [N T,D]
   * @param own halting probability of each position [N,T]
   * @param running who had not halted before the step [N,T]
   * @param before output before the step [N,T,D]
   * @param after state after the block [N T,D]
   */
  private record Step(
      INDArray s,
      INDArray own,
      INDArray running,
      INDArray before,
      INDArray after,
      List<ArraySublayer> sublayers,
      List<ArrayAttention> attentions) {}

  private final List<Step> tape = new ArrayList<>();
  private ArrayParameters parameters;
  private UniversalArrayPlan plan;
  private ArrayCaches caches;
  private HaltingArray halting;
  private INDArray present;
  private INDArray selfBias;
  private INDArray positionSignal;
  private INDArray input;
  private INDArray memory;
  private ArraySublayer.Norm lastNorm;

  UniversalArray(UniversalLayout layout, DataType type) {
    super(layout, type);
  }

  @Override
  int computedSteps() {
    return tape.size();
  }

  private int rows() {
    return pass.batch() * pass.steps();
  }

  @Override
  void compute(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    begin(inputs);
    INDArray state = layout.projects() ? Nd4j.matmul(input, parameters.get("Win")) : input;
    INDArray out = Nd4j.zeros(type, pass.batch(), pass.steps(), layout.width());
    for (int n = 0; n < spec.maxSteps(); n++) {
      INDArray s = timed(state, n);
      INDArray own = spec.halts() ? probabilities(s) : null;
      INDArray running = halting.running();
      INDArray w = spec.halts() ? halting.weights(averaged(own), n) : null;
      Step step = new Step(s, own, running, out, null, new ArrayList<>(), new ArrayList<>());
      INDArray after = block(step, n);
      tape.add(new Step(s, own, running, out, after, step.sublayers, step.attentions));
      out = spec.halts() ? halting.combined(out, w, deep(after)) : deep(after);
      if (copies()) {
        INDArray on = column(running);
        after = after.mul(on).addi(state.mul(on.rsub(1)));
      }
      state = after;
    }
    INDArray y = out.reshape('c', rows(), layout.width());
    if (spec.norm() == NormPlacement.PRE) {
      lastNorm = norm("lnf");
      y = lastNorm.forward(y);
    }
    if (outputs[0] != null) {
      outputs[0].assign(deep(y.mul(column(present))));
    }
    if (spec.halts()) {
      updates = halting.updates().dup('c').data().asDouble();
      remainders = halting.remainders().dup('c').data().asDouble();
    }
    if (layout.streams()) {
      List<ArrayAttention> attentions = tape.stream().map(t -> t.attentions.get(0)).toList();
      caches.write(attentions, outputs, 1);
    }
  }

  private void begin(INDArray[] inputs) {
    tape.clear();
    lastNorm = null;
    parameters = new ArrayParameters(layout, inputs);
    plan = new UniversalArrayPlan(layout, pass, type);
    caches = new ArrayCaches(layout, pass, plan.cached());
    caches.read(inputs);
    halting = new HaltingArray(spec.haltingSpec(), plan.pondering());
    present = plan.present();
    selfBias = plan.selfBias();
    positionSignal = plan.positionSignal(parameters);
    input = shown(inputs[0], present).reshape('c', rows(), layout.inputSize());
    if (layout.memorySize() > 0) {
      INDArray given = inputs[layout.memory()];
      INDArray valid = plan.memoryPresent(Math.toIntExact(given.size(1)));
      memory = shown(given, valid).reshape('c', given.size(0) * given.size(1), given.size(2));
    }
  }

  /** A copy with zeros, whatever was there, where nobody is. */
  private INDArray shown(INDArray x, INDArray on) {
    INDArray shown = Nd4j.createUninitialized(type, x.shape(), 'c');
    INDArray copy = x.dup('c');
    new SelectUnit().forward(new INDArray[] {copy, copy.like(), on}, new INDArray[] {shown}, false);
    return shown;
  }

  private INDArray deep(INDArray rows) {
    return rows.dup('c').reshape('c', pass.batch(), pass.steps(), rows.size(1));
  }

  /** [N,T] as a column [N T,1]. */
  private INDArray column(INDArray positions) {
    return positions.dup('c').reshape('c', rows(), 1);
  }

  private boolean copies() {
    return spec.halts() && spec.haltedState() == HaltedState.COPY;
  }

  private INDArray timed(INDArray state, int step) {
    INDArray s = state.dup('c');
    if (positionSignal != null) {
      s.addi(positionSignal);
    }
    INDArray signal = plan.stepSignal(parameters, step);
    return signal == null ? s : s.addiRowVector(signal);
  }

  private INDArray probabilities(INDArray s) {
    INDArray logits = Nd4j.matmul(s, parameters.get("Wp")).add(parameters.get("bp").getDouble(0));
    return Transforms.sigmoid(logits, false).dup('c').reshape('c', pass.batch(), pass.steps());
  }

  /** With global halting, the mean over who ponders, for everyone in an example. */
  private INDArray averaged(INDArray values) {
    if (spec.halting() != HaltingScope.GLOBAL) {
      return values;
    }
    INDArray started = halting.started();
    INDArray number = Transforms.max(started.sum(true, 1), 1);
    INDArray mean = values.mul(started).sum(true, 1).divi(number);
    return mean.broadcast(Nd4j.create(type, values.shape()));
  }

  private ArraySublayer.Norm norm(String name) {
    return new ArraySublayer.Norm(parameters, name, spec.layerNormEpsilon(), layout.width(), type);
  }

  private INDArray block(Step step, int n) {
    int heads = spec.heads();
    ArrayAttention self =
        new ArrayAttention(
            parameters,
            "W",
            heads,
            pass.batch(),
            null,
            caches.before(n),
            selfBias,
            plan.selfDrop(n));
    step.attentions.add(self);
    add(step, self, "ln1", UniversalDropout.SELF, n);
    if (layout.memorySize() > 0) {
      int length = Math.toIntExact(memory.size(0) / pass.batch());
      ArrayAttention cross =
          new ArrayAttention(
              parameters,
              "M",
              heads,
              pass.batch(),
              memory,
              new INDArray[2],
              plan.memoryBias(length),
              plan.memoryDrop(n, length));
      step.attentions.add(cross);
      add(step, cross, "lnm", UniversalDropout.MEMORY, n);
    }
    ArrayTransition transition = new ArrayTransition(parameters, plan.transitionDrop(n));
    add(step, transition, "ln2", UniversalDropout.TRANSITION, n);
    INDArray z = step.s;
    for (ArraySublayer sublayer : step.sublayers) {
      z = sublayer.forward(z);
    }
    return z;
  }

  private void add(Step step, ArrayBranch branch, String name, int kind, int n) {
    boolean pre = spec.norm() == NormPlacement.PRE;
    step.sublayers.add(new ArraySublayer(branch, norm(name), pre, plan.residualDrop(kind, n)));
  }

  @Override
  void backward(
      INDArray[] inputs,
      INDArray[] outputGradients,
      double[] remainderGradients,
      INDArray[] inputGradients) {
    INDArray dy =
        outputGradients[0] == null
            ? Nd4j.zeros(type, rows(), layout.width())
            : shown(outputGradients[0], present).reshape('c', rows(), layout.width());
    INDArray dOut = deep(lastNorm == null ? dy : lastNorm.backward(dy));
    INDArray dState = Nd4j.zeros(type, rows(), layout.width());
    INDArray ofRemainders =
        Nd4j.createFromArray(remainderGradients).castTo(type).reshape(pass.batch(), pass.steps());
    halting.beginBackward(ofRemainders);
    caches.beginBackward(outputGradients, 1);
    INDArray dMemory = memory == null ? null : memory.like();
    for (int n = tape.size() - 1; n >= 0; n--) {
      Step step = tape.get(n);
      INDArray dAfter = dState;
      INDArray around = null;
      INDArray dw = null;
      if (copies()) {
        INDArray on = column(step.running);
        around = dState.mul(on.rsub(1));
        dAfter = dState.mul(on);
      }
      if (spec.halts()) {
        dw = halting.weightGradient(dOut, deep(step.after), step.before);
        dAfter = dAfter.add(halting.stateGradient(dOut, n).reshape('c', dState.shape()));
        dOut = halting.outputGradient(dOut, n);
      } else if (n == tape.size() - 1) {
        dAfter = dOut.reshape('c', dState.shape());
      }
      INDArray ds = blockBackward(step, n, dAfter);
      if (spec.halts()) {
        probabilitiesBackward(step, averaged(halting.backward(dw, n)), ds);
      }
      if (dMemory != null) {
        dMemory.addi(step.attentions.get(1).memoryGradient);
      }
      plan.addSignalGradients(parameters, ds, n);
      dState = around == null ? ds : ds.add(around);
    }
    finish(dState, dMemory, inputGradients);
  }

  private INDArray blockBackward(Step step, int n, INDArray dAfter) {
    INDArray[] carried = caches.carriedGradients(n, step.attentions.get(0));
    step.attentions.get(0).beginBackward(carried[0], carried[1]);
    INDArray ds = dAfter;
    for (int i = step.sublayers.size() - 1; i >= 0; i--) {
      ds = step.sublayers.get(i).backward(ds);
    }
    caches.keepGradients(n, step.attentions.get(0));
    return ds;
  }

  private void probabilitiesBackward(Step step, INDArray dp, INDArray ds) {
    INDArray dz =
        column(dp.mul(step.own).muli(step.own.rsub(1)).muli(halting.started())); // [N T,1]
    parameters.add("Wp", Nd4j.matmul(step.s, dz, true, false, false));
    parameters.add("bp", dz.sum(0));
    ds.addi(Nd4j.matmul(dz, parameters.get("Wp"), false, true, false));
  }

  private void finish(INDArray dState, INDArray dMemory, INDArray[] inputGradients) {
    INDArray dx = dState;
    if (layout.projects()) {
      parameters.add("Win", Nd4j.matmul(input, dState, true, false, false));
      dx = Nd4j.matmul(dState, parameters.get("Win"), false, true, false);
    }
    if (inputGradients[0] != null) {
      inputGradients[0].assign(deep(dx));
    }
    parameters.write(inputGradients);
    if (layout.streams()) {
      caches.writeGradients(inputGradients);
    }
    if (dMemory != null && inputGradients[layout.memory()] != null) {
      INDArray to = inputGradients[layout.memory()];
      to.assign(dMemory.reshape('c', to.shape()));
    }
  }
}
