package org.dl4jext.samediff.universal;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatMath;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Halting on given states, on Java arrays; {@link HaltingReferenceUnit} is the slow form. */
final class FloatHaltingUnit extends HaltingUnit {

  private final FloatHostArrays host = new FloatHostArrays();
  private final FloatHalting halting;
  private float[][] p;
  private float[][] states;
  private float[][] before;
  private boolean[] ponders;
  private int pondering;

  FloatHaltingUnit(HaltingSpec spec) {
    super(spec, FloatMath.TYPE);
    halting = new FloatHalting(spec);
  }

  @Override
  void compute(INDArray[] inputs, INDArray[] outputs) {
    int steps = spec.maxSteps();
    int rows = Math.toIntExact(inputs[LOGITS].length() / steps);
    int size = Math.toIntExact(inputs[STATES].size(3));
    begin(inputs[MASK], rows);
    p = new float[steps][rows];
    states = new float[steps][rows * size];
    before = new float[steps][];
    float[] weights = new float[steps * rows];
    float[] out = new float[rows * size];
    for (int n = 0; n < steps; n++) {
      host.read(inputs[LOGITS].slice(n), p[n], 0);
      host.read(inputs[STATES].slice(n), states[n], 0);
      for (int i = 0; i < rows; i++) {
        p[n][i] = FloatMath.sigmoid(p[n][i]);
      }
      halting.decide(p[n], n);
      before[n] = out.clone();
      for (int i = 0; i < rows; i++) {
        float w = halting.weight(n, i);
        weights[n * rows + i] = w;
        float keep = spec.actType() == ActType.BASIC ? 1 - w : 1;
        for (int j = i * size; j < (i + 1) * size; j++) {
          out[j] = out[j] * keep + w * states[n][j];
        }
      }
    }
    write(out, outputs[OUTPUT]);
    write(weights, outputs[WEIGHTS]);
    writeNumbers(rows, outputs);
  }

  private void begin(INDArray mask, int rows) {
    float[] values = new float[rows];
    Arrays.fill(values, 1);
    if (mask != null) {
      host.read(mask, values, 0);
    }
    halting.begin(rows);
    ponders = new boolean[rows];
    pondering = 0;
    for (int i = 0; i < rows; i++) {
      if (values[i] != 0) {
        halting.start(i);
        ponders[i] = true;
        pondering++;
      }
    }
  }

  private void writeNumbers(int rows, INDArray[] outputs) {
    float[] remainders = new float[rows];
    float[] updates = new float[rows];
    double cost = 0;
    for (int i = 0; i < rows; i++) {
      remainders[i] = halting.remainder(i);
      updates[i] = halting.updates(i);
      cost += remainders[i] + updates[i];
    }
    write(remainders, outputs[REMAINDERS]);
    write(updates, outputs[STEPS]);
    write(new float[] {FloatMath.of(cost / Math.max(1, pondering))}, outputs[PONDER]);
  }

  private void write(float[] values, INDArray to) {
    if (to != null) {
      host.write(values, 0, to);
    }
  }

  private float[] read(INDArray from, int length) {
    float[] values = new float[length];
    if (from != null) {
      host.read(from, values, 0);
    }
    return values;
  }

  @Override
  void differentiate(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    int steps = spec.maxSteps();
    int rows = ponders.length;
    int size = states[0].length / Math.max(1, rows);
    float[] dOut = read(outputGradients[OUTPUT], rows * size);
    float[] ofRemainders = read(outputGradients[REMAINDERS], rows);
    float[] ofWeights = read(outputGradients[WEIGHTS], steps * rows);
    double each = read(outputGradients[PONDER], 1)[0] / Math.max(1, pondering);
    halting.beginBackward();
    for (int i = 0; i < rows; i++) {
      halting.remainderGradient(i, ofRemainders[i] + (ponders[i] ? each : 0));
    }
    float[] dLogits = new float[steps * rows];
    float[] dStates = new float[steps * rows * size];
    boolean basic = spec.actType() == ActType.BASIC;
    for (int n = steps - 1; n >= 0; n--) {
      for (int i = 0; i < rows; i++) {
        float w = halting.weight(n, i);
        float dw = ofWeights[n * rows + i];
        for (int j = i * size; j < (i + 1) * size; j++) {
          dw += dOut[j] * (basic ? states[n][j] - before[n][j] : states[n][j]);
          dStates[n * rows * size + j] = w * dOut[j];
          dOut[j] *= basic ? 1 - w : 1;
        }
        dLogits[n * rows + i] = halting.backward(n, i, dw) * p[n][i] * (1 - p[n][i]);
      }
    }
    write(dLogits, inputGradients[LOGITS]);
    write(dStates, inputGradients[STATES]);
  }
}
