package org.dl4jext.samediff.universal;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Halting on given states by array operations over all positions. */
final class HaltingArrayUnit extends HaltingUnit {

  private HaltingArray halting;
  private INDArray[] p;
  private INDArray[] before;

  HaltingArrayUnit(HaltingSpec spec, DataType type) {
    super(spec, type);
  }

  @Override
  void compute(INDArray[] inputs, INDArray[] outputs) {
    INDArray logits = inputs[LOGITS];
    INDArray states = inputs[STATES];
    DataType type = logits.dataType();
    INDArray running =
        inputs[MASK] == null
            ? Nd4j.ones(type, states.size(1), states.size(2))
            : inputs[MASK].castTo(type);
    halting = new HaltingArray(spec, running);
    p = new INDArray[spec.maxSteps()];
    before = new INDArray[spec.maxSteps()];
    INDArray out = Nd4j.zeros(type, states.size(1), states.size(2), states.size(3));
    for (int n = 0; n < p.length; n++) {
      p[n] = Transforms.sigmoid(logits.slice(n), true);
      INDArray w = halting.weights(p[n], n);
      before[n] = out;
      out = halting.combined(out, w, states.slice(n));
      if (outputs[WEIGHTS] != null) {
        outputs[WEIGHTS].slice(n).assign(w);
      }
    }
    assign(outputs[OUTPUT], out);
    assign(outputs[REMAINDERS], halting.remainders());
    assign(outputs[STEPS], halting.updates());
    assign(
        outputs[PONDER],
        halting.updates().add(halting.remainders()).mul(running).sum().div(pondering()));
  }

  private static void assign(INDArray to, INDArray from) {
    if (to != null) {
      to.assign(from.reshape('c', to.shape()));
    }
  }

  private double pondering() {
    return Math.max(1, halting.started().sumNumber().doubleValue());
  }

  @Override
  void differentiate(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    INDArray states = inputs[STATES];
    DataType type = states.dataType();
    INDArray dOut =
        outputGradients[OUTPUT] == null
            ? Nd4j.zeros(type, before[0].shape())
            : outputGradients[OUTPUT].dup('c');
    INDArray ofRemainders = Nd4j.zeros(type, halting.started().shape());
    if (outputGradients[REMAINDERS] != null) {
      ofRemainders.addi(outputGradients[REMAINDERS]);
    }
    if (outputGradients[PONDER] != null) {
      double each = outputGradients[PONDER].getDouble(0) / pondering();
      ofRemainders.addi(halting.started().mul(each));
    }
    halting.beginBackward(ofRemainders);
    for (int n = p.length - 1; n >= 0; n--) {
      INDArray dw = halting.weightGradient(dOut, states.slice(n), before[n]);
      if (outputGradients[WEIGHTS] != null) {
        dw.addi(outputGradients[WEIGHTS].slice(n));
      }
      if (inputGradients[STATES] != null) {
        inputGradients[STATES].slice(n).assign(halting.stateGradient(dOut, n));
      }
      dOut = halting.outputGradient(dOut, n);
      INDArray dp = halting.backward(dw, n);
      if (inputGradients[LOGITS] != null) {
        inputGradients[LOGITS].slice(n).assign(dp.muli(p[n]).muli(p[n].rsub(1)));
      }
    }
  }
}
