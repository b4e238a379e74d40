package org.dl4jext.samediff.universal;

import java.util.Arrays;
import org.dl4jext.samediff.ReferenceArrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Halting on given states in double precision. */
final class HaltingReferenceUnit extends HaltingUnit {

  private HaltingReference halting;
  private double[][] p;
  private double[][] w;
  private double[] running;

  HaltingReferenceUnit(HaltingSpec spec, DataType type) {
    super(spec, type);
  }

  @Override
  void compute(INDArray[] inputs, INDArray[] outputs) {
    int steps = spec.maxSteps();
    int positions = Math.toIntExact(inputs[LOGITS].length() / steps);
    double[][] logits = ReferenceArrays.rows(inputs[LOGITS], steps, positions);
    running = new double[positions];
    Arrays.fill(running, 1);
    if (inputs[MASK] != null) {
      running = ReferenceArrays.flat(inputs[MASK]);
    }
    halting = new HaltingReference(spec, running);
    p = new double[steps][positions];
    w = new double[steps][];
    double[][] out = new double[positions][Math.toIntExact(inputs[STATES].size(3))];
    for (int n = 0; n < steps; n++) {
      double[][] states = states(inputs, n);
      for (int i = 0; i < positions; i++) {
        p[n][i] = HaltingReference.sigmoid(logits[n][i]);
      }
      w[n] = halting.weights(p[n], n);
      for (int i = 0; i < positions; i++) {
        HaltingReference.combine(spec.actType(), w[n][i], states[i], out[i]);
      }
    }
    double cost = 0;
    for (int i = 0; i < positions; i++) {
      cost += running[i] * (halting.updates[i] + halting.remainders[i]);
    }
    ReferenceArrays.write(out, outputs[OUTPUT]);
    ReferenceArrays.write(halting.remainders, outputs[REMAINDERS]);
    ReferenceArrays.write(halting.updates, outputs[STEPS]);
    ReferenceArrays.write(w, outputs[WEIGHTS]);
    ReferenceArrays.write(new double[] {cost / pondering()}, outputs[PONDER]);
  }

  private double pondering() {
    return Math.max(1, Arrays.stream(running).sum());
  }

  private static double[][] states(INDArray[] inputs, int step) {
    INDArray states = inputs[STATES].slice(step);
    return ReferenceArrays.rows(
        states, Math.toIntExact(states.size(0) * states.size(1)), (int) states.size(2));
  }

  @Override
  void differentiate(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    int steps = spec.maxSteps();
    int positions = running.length;
    int size = Math.toIntExact(inputs[STATES].size(3));
    double[][] dOut = ReferenceArrays.rows(outputGradients[OUTPUT], positions, size);
    double[] ofRemainders = HaltingNumbers.read(outputGradients[REMAINDERS], positions);
    double[][] ofWeights = ReferenceArrays.rows(outputGradients[WEIGHTS], steps, positions);
    double ofPonder = outputGradients[PONDER] == null ? 0 : outputGradients[PONDER].getDouble(0);
    for (int i = 0; i < positions; i++) {
      ofRemainders[i] += running[i] * ofPonder / pondering();
    }
    halting.beginBackward(ofRemainders);
    double[][][] before = before(inputs, positions, size);
    double[][] dLogits = new double[steps][positions];
    double[][] dStates = new double[steps * positions][size];
    for (int n = steps - 1; n >= 0; n--) {
      double[][] states = states(inputs, n);
      double[] dw = ofWeights[n].clone();
      for (int i = 0; i < positions; i++) {
        boolean basic = spec.actType() == ActType.BASIC;
        for (int j = 0; j < size; j++) {
          dw[i] += dOut[i][j] * (states[i][j] - (basic ? before[n][i][j] : 0));
          dStates[n * positions + i][j] = w[n][i] * dOut[i][j];
          dOut[i][j] *= basic ? 1 - w[n][i] : 1;
        }
      }
      double[] dp = halting.backward(dw, n);
      for (int i = 0; i < positions; i++) {
        dLogits[n][i] = dp[i] * p[n][i] * (1 - p[n][i]);
      }
    }
    ReferenceArrays.write(dLogits, inputGradients[LOGITS]);
    ReferenceArrays.write(dStates, inputGradients[STATES]);
  }

  /** The output before each step. */
  private double[][][] before(INDArray[] inputs, int positions, int size) {
    double[][][] before = new double[spec.maxSteps()][positions][size];
    for (int n = 1; n < before.length; n++) {
      double[][] states = states(inputs, n - 1);
      for (int i = 0; i < positions; i++) {
        before[n][i] = before[n - 1][i].clone();
        HaltingReference.combine(spec.actType(), w[n - 1][i], states[i], before[n][i]);
      }
    }
    return before;
  }
}
