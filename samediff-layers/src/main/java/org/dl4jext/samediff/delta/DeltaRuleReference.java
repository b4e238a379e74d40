package org.dl4jext.samediff.delta;

import org.dl4jext.samediff.DifferentiableUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The delta rule in the {@code REFERENCE} execution: {@link DeltaReference} for each head. */
final class DeltaRuleReference implements DifferentiableUnit {

  private final DeltaRuleSpec spec;
  private final DataType type;
  private boolean kept;

  DeltaRuleReference(DeltaRuleSpec spec, DataType type) {
    this.spec = spec;
    this.type = type;
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    DeltaRuleSizes sizes = DeltaRuleSizes.of(spec, type, inputs);
    sizes.requireOutputs("outputs", type, outputs);
    DoubleTensor[] in = copies(sizes, inputs);
    DoubleTensor o = DoubleTensor.zeros(sizes.outputShape(0));
    DoubleTensor last = DoubleTensor.zeros(sizes.outputShape(1));
    for (int b = 0; b < sizes.batch(); b++) {
      for (int h = 0; h < sizes.valueHeads(); h++) {
        DeltaHead head = head(sizes, in, b, h);
        double[][][][] states = DeltaReference.states(spec, head);
        double[][] reads = DeltaReference.reads(spec, head, states);
        for (int t = 0; t < reads.length; t++) {
          o.addRow(reads[t], b, t, h);
        }
        last.addMatrix(DeltaReference.finalState(head, states), b, h);
      }
    }
    o.writeTo(outputs[0]);
    last.writeTo(outputs[1]);
    kept = keep;
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    if (!kept) {
      throw new IllegalStateException("delta rule: backward without a kept forward pass");
    }
    DeltaRuleSizes sizes = DeltaRuleSizes.of(spec, type, inputs);
    sizes.requireOutputs("output gradients", type, outputGradients);
    sizes.requireInputGradients(type, inputGradients);
    DoubleTensor[] in = copies(sizes, inputs);
    DoubleTensor dO = DoubleTensor.copyOf(outputGradients[0], sizes.outputShape(0));
    DoubleTensor dLast = DoubleTensor.copyOf(outputGradients[1], sizes.outputShape(1));
    DoubleTensor[] gradients = new DoubleTensor[DeltaRuleSizes.INPUTS];
    for (int i = 0; i < gradients.length; i++) {
      gradients[i] = DoubleTensor.zeros(sizes.inputShape(i));
    }
    for (int b = 0; b < sizes.batch(); b++) {
      for (int h = 0; h < sizes.valueHeads(); h++) {
        DeltaHead head = head(sizes, in, b, h);
        double[][] reads = new double[sizes.tokens()][];
        for (int t = 0; t < reads.length; t++) {
          reads[t] = dO.row(b, t, h);
        }
        double[][][][] states = DeltaReference.states(spec, head);
        DeltaHead d = DeltaReference.backward(spec, head, states, reads, dLast.matrix(b, h));
        add(sizes, d, gradients, b, h);
      }
    }
    for (int i = 0; i < gradients.length; i++) {
      gradients[i].writeTo(inputGradients[i]);
    }
  }

  private static DoubleTensor[] copies(DeltaRuleSizes sizes, INDArray[] inputs) {
    DoubleTensor[] copies = new DoubleTensor[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      copies[i] = DoubleTensor.copyOf(inputs[i], sizes.inputShape(i));
    }
    return copies;
  }

  /** A missing g is a decay of exp(0). */
  private static DeltaHead head(DeltaRuleSizes sizes, DoubleTensor[] in, int b, int h) {
    DeltaHead empty = empty(sizes, in[DeltaRuleSizes.STATE].matrix(b, h));
    int keyHead = h / sizes.group();
    for (int t = 0; t < sizes.tokens(); t++) {
      empty.q[t] = in[DeltaRuleSizes.Q].row(b, t, keyHead);
      empty.g[t] = in[DeltaRuleSizes.G].get(b, t, h);
    }
    for (int s = 0; s < sizes.rows(); s++) {
      empty.k[s] = in[DeltaRuleSizes.K].row(b, s, keyHead);
      empty.v[s] = in[DeltaRuleSizes.V].row(b, s, h);
      empty.beta[s] = in[DeltaRuleSizes.BETA].get(b, s, h);
    }
    return empty;
  }

  private static DeltaHead empty(DeltaRuleSizes sizes, double[][] state) {
    return new DeltaHead(
        new double[sizes.tokens()][],
        new double[sizes.rows()][],
        new double[sizes.rows()][],
        new double[sizes.rows()],
        new double[sizes.tokens()],
        state);
  }

  /** Value heads that share a key head add up. */
  private static void add(
      DeltaRuleSizes sizes, DeltaHead d, DoubleTensor[] gradients, int b, int h) {
    int keyHead = h / sizes.group();
    for (int t = 0; t < sizes.tokens(); t++) {
      gradients[DeltaRuleSizes.Q].addRow(d.q[t], b, t, keyHead);
      gradients[DeltaRuleSizes.G].add(d.g[t], b, t, h);
    }
    for (int s = 0; s < sizes.rows(); s++) {
      gradients[DeltaRuleSizes.K].addRow(d.k[s], b, s, keyHead);
      gradients[DeltaRuleSizes.V].addRow(d.v[s], b, s, h);
      gradients[DeltaRuleSizes.BETA].add(d.beta[s], b, s, h);
    }
    gradients[DeltaRuleSizes.STATE].addMatrix(d.state, b, h);
  }
}
