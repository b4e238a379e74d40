package org.dl4jext.samediff.delta;

import org.dl4jext.samediff.DifferentiableUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The delta rule in the {@code ARRAY} execution: few large operations on the device of the backend.
 * HALF arrays are computed in FLOAT.
 */
final class DeltaRuleArray implements DifferentiableUnit {

  private final DataType type;
  private final Arena kept;
  private final Arena scratch;
  private final DeltaRowNorm queryNorm;
  private final DeltaRowNorm keyNorm;
  private final DeltaRecurrenceArray recurrence;
  private final DeltaRuleSpec spec;
  private DeltaRuleSizes sizes;
  private boolean ready;

  DeltaRuleArray(DeltaRuleSpec spec, DataType type) {
    this.spec = spec;
    this.type = type;
    DataType computed = computed(type);
    kept = new Arena(computed);
    scratch = new Arena(computed);
    queryNorm = new DeltaRowNorm(spec.queryKeyNorm(), spec.queryKeyNormEps(), kept);
    keyNorm = new DeltaRowNorm(spec.queryKeyNorm(), spec.queryKeyNormEps(), kept);
    recurrence = new DeltaRecurrenceArray(spec, computed, kept);
  }

  static DataType computed(DataType type) {
    return type == DataType.DOUBLE ? DataType.DOUBLE : DataType.FLOAT;
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    sizes = DeltaRuleSizes.of(spec, type, inputs);
    sizes.requireOutputs("outputs", type, outputs);
    ready = false;
    kept.rewind();
    INDArray[] in = new INDArray[inputs.length];
    for (int i = 0; i < in.length; i++) {
      in[i] = inputs[i] == null ? null : kept.contiguous(inputs[i]);
    }
    in[DeltaRuleSizes.Q] = normalised(queryNorm, in[DeltaRuleSizes.Q]);
    in[DeltaRuleSizes.K] = normalised(keyNorm, in[DeltaRuleSizes.K]);
    INDArray o = kept.empty(sizes.outputShape(0));
    recurrence.forward(sizes, in, o);
    if (outputs[0] != null) {
      outputs[0].assign(o);
    }
    if (outputs[1] != null) {
      outputs[1].assign(recurrence.finalState());
    }
    ready = keep;
  }

  private static INDArray normalised(DeltaRowNorm norm, INDArray x) {
    long size = x.size(3);
    return norm.forward(x.reshape('c', x.length() / size, size)).reshape('c', x.shape());
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    if (!ready) {
      throw new IllegalStateException("delta rule: backward without a kept forward pass");
    }
    sizes.requireOutputs("output gradients", type, outputGradients);
    sizes.requireInputGradients(type, inputGradients);
    scratch.rewind();
    INDArray dO =
        outputGradients[0] == null
            ? scratch.zeros(sizes.outputShape(0))
            : scratch.contiguous(outputGradients[0]);
    INDArray dLast = outputGradients[1] == null ? null : scratch.contiguous(outputGradients[1]);
    INDArray[] d = recurrence.backward(scratch, dO, dLast);
    normaliseBack(queryNorm, d[DeltaRuleSizes.Q]);
    normaliseBack(keyNorm, d[DeltaRuleSizes.K]);
    for (int i = 0; i < d.length; i++) {
      if (inputGradients[i] != null) {
        write(d[i], inputGradients[i]);
      }
    }
  }

  /** A missing gradient is zero: that of a state or gate which was not given. */
  private static void write(INDArray value, INDArray to) {
    if (value == null) {
      to.assign(0);
    } else {
      to.assign(value);
    }
  }

  private void normaliseBack(DeltaRowNorm norm, INDArray d) {
    long size = d.size(3);
    norm.backward(scratch, d.reshape('c', d.length() / size, size));
  }
}
