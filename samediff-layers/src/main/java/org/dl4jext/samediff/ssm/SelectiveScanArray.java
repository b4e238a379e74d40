package org.dl4jext.samediff.ssm;

import static org.dl4jext.samediff.ssm.SelectiveScanSizes.A;
import static org.dl4jext.samediff.ssm.SelectiveScanSizes.B;
import static org.dl4jext.samediff.ssm.SelectiveScanSizes.C;
import static org.dl4jext.samediff.ssm.SelectiveScanSizes.D;
import static org.dl4jext.samediff.ssm.SelectiveScanSizes.DELTA;
import static org.dl4jext.samediff.ssm.SelectiveScanSizes.STATE;
import static org.dl4jext.samediff.ssm.SelectiveScanSizes.X;

import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Views;
import org.dl4jext.samediff.delta.EigenvalueRange;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The selective scan in the {@code ARRAY} execution: a time loop of array operations on the whole
 * batch; {@link SelectiveScanReference} is its slow form.
 */
final class SelectiveScanArray implements DifferentiableUnit {

  private final EigenvalueRange range;
  private final DataType type;
  private SelectiveScanSizes size;
  private INDArray[] in;
  private INDArray[] states;

  SelectiveScanArray(EigenvalueRange range, DataType type) {
    this.range = range;
    this.type = type;
  }

  /** A step of [N,T,C], as [N,C,1] or [N,1,C]. */
  private INDArray at(int input, int t) {
    return shaped(Views.at(in[input], 1, t), input == X || input == DELTA);
  }

  private INDArray shaped(INDArray step, boolean channels) {
    INDArray copy = step.dup('c');
    return channels
        ? copy.reshape('c', size.batch(), size.channels(), 1)
        : copy.reshape('c', size.batch(), 1, size.states());
  }

  /** Broadcast to [N,E,S]; the array itself, not a copy, where it has that shape. */
  private INDArray full(INDArray array) {
    INDArray result = Nd4j.createUninitialized(type, size.state());
    return array.broadcast(result);
  }

  private INDArray times(INDArray a, INDArray b) {
    return full(a).mul(full(b));
  }

  /** exp(delta A) [N,E,S]. */
  private INDArray exponential(int t) {
    INDArray a = in[A].reshape('c', 1, size.channels(), size.states());
    return Transforms.exp(times(at(DELTA, t), a), false);
  }

  private INDArray transition(INDArray exponential) {
    return range == EigenvalueRange.SIGNED ? exponential.mul(2).subi(1) : exponential;
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    SelectiveScanSizes given = SelectiveScanSizes.of(inputs, type);
    given.requireOutputs("outputs", outputs);
    size = given;
    in = new INDArray[inputs.length];
    for (int i = 0; i < in.length; i++) {
      in[i] = inputs[i] == null ? null : inputs[i].dup('c');
    }
    states = new INDArray[size.steps() + 1];
    states[0] = in[STATE] == null ? Nd4j.zeros(type, size.state()) : in[STATE];
    INDArray d = in[D].reshape('c', 1, size.channels());
    for (int t = 0; t < size.steps(); t++) {
      INDArray drive = times(at(DELTA, t).mul(at(X, t)), at(B, t));
      states[t + 1] = transition(exponential(t)).mul(states[t]).addi(drive);
      if (outputs[0] != null) {
        INDArray y = states[t + 1].mul(full(at(C, t))).sum(2);
        Views.at(outputs[0], 1, t).assign(y.addi(Views.at(in[X], 1, t).dup('c').muliRowVector(d)));
      }
    }
    if (outputs[1] != null) {
      outputs[1].assign(states[size.steps()]);
    }
    if (!keep) {
      states = null;
    }
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    SelectiveScanSizes.requireKept(states != null);
    SelectiveScanSizes given = SelectiveScanSizes.of(inputs, type);
    given.requireOutputs("output gradients", outputGradients);
    given.requireInputGradients(inputGradients);
    INDArray[] d = new INDArray[in.length];
    for (int i = 0; i < d.length; i++) {
      d[i] = Nd4j.zeros(type, i == STATE ? size.state() : in[i].shape());
    }
    if (outputGradients[1] != null) {
      d[STATE].assign(outputGradients[1]);
    }
    for (int t = size.steps() - 1; t >= 0; t--) {
      INDArray dy =
          outputGradients[0] == null
              ? Nd4j.zeros(type, size.batch(), size.channels(), 1)
              : shaped(Views.at(outputGradients[0], 1, t), true);
      backward(t, dy, d);
    }
    states = null;
    for (int i = 0; i < d.length; i++) {
      if (inputGradients[i] != null) {
        inputGradients[i].assign(d[i]);
      }
    }
  }

  private void backward(int t, INDArray dy, INDArray[] d) {
    INDArray x = at(X, t);
    INDArray delta = at(DELTA, t);
    INDArray exponential = exponential(t);
    INDArray dh = d[STATE].add(times(dy, at(C, t)));
    INDArray slope = range == EigenvalueRange.SIGNED ? exponential.mul(2) : exponential;
    INDArray dExponent = dh.mul(states[t]).muli(slope); // [N,E,S]
    INDArray driven = dh.mul(full(at(B, t))).sum(2); // [N,E]
    INDArray a = in[A].reshape('c', 1, size.channels(), size.states());
    INDArray flatX = x.reshape('c', size.batch(), size.channels());
    INDArray flatDelta = delta.reshape('c', size.batch(), size.channels());
    INDArray flatDy = dy.reshape('c', size.batch(), size.channels());
    Views.at(d[C], 1, t).assign(states[t + 1].mul(full(dy)).sum(1));
    Views.at(d[B], 1, t).assign(dh.mul(full(x.mul(delta))).sum(1));
    d[A].addi(dExponent.mul(full(delta)).sum(0));
    d[D].addi(flatDy.mul(flatX).sum(0));
    Views.at(d[DELTA], 1, t).assign(dExponent.mul(full(a)).sum(2).addi(driven.mul(flatX)));
    INDArray through = flatDy.mulRowVector(in[D].reshape('c', 1, size.channels()));
    Views.at(d[X], 1, t).assign(driven.mul(flatDelta).addi(through));
    d[STATE] = transition(exponential).mul(dh);
  }
}
