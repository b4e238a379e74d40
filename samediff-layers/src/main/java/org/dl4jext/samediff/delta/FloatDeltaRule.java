package org.dl4jext.samediff.delta;

import java.util.Arrays;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatMath;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The delta rule in the {@code HOST} execution: {@link FloatDeltaScan} on copies of the arrays of
 * {@link DeltaRuleSizes}. The sizes may change at every call.
 */
final class FloatDeltaRule implements DifferentiableUnit {

  private final DeltaRuleSpec spec;
  private final DataType type;
  private final FloatBlocks blocks;
  private final FloatHostArrays host = new FloatHostArrays();

  private DeltaRuleSizes sizes;
  private boolean gated;
  private FloatDeltaScan scan;
  private FloatDeltaRulePort port;
  private int[] lengths = new int[0];
  private boolean kept;
  private float[] initial;
  private float[] last;

  /**
   * Makes a unit.
   *
   * @param type of the arrays; the work is done in the type of this class
   */
  FloatDeltaRule(DeltaRuleSpec spec, DataType type, FloatBlocks blocks) {
    this.spec = spec;
    this.type = type;
    this.blocks = blocks;
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    DeltaRuleSizes now = DeltaRuleSizes.of(spec, type, inputs);
    now.requireOutputs("outputs", type, outputs);
    kept = false;
    prepare(now, inputs[DeltaRuleSizes.G] != null);
    INDArray start = inputs[DeltaRuleSizes.STATE];
    initial = readOptional(start, initial);
    boolean wantState = outputs[1] != null;
    last = FloatHostArrays.ensure(last, wantState ? stateLength() : 0);
    port.openForward(host, inputs, outputs[0]);
    scan.forward(
        port, lengths, now.batch(), start == null ? null : initial, wantState ? last : null, keep);
    port.close();
    if (wantState) {
      host.write(last, 0, outputs[1]);
    }
    kept = keep;
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    if (!kept) {
      throw new IllegalStateException("delta rule: backward without a kept forward pass");
    }
    sizes.requireOutputs("output gradients", type, outputGradients);
    sizes.requireInputGradients(type, inputGradients);
    if (!gated && inputGradients[DeltaRuleSizes.G] != null) {
      throw new IllegalArgumentException(
          "delta rule: gradient of g is wanted and the forward pass had no g; allowed: null");
    }
    INDArray dLast = outputGradients[1];
    INDArray dInitial = inputGradients[DeltaRuleSizes.STATE];
    last = readOptional(dLast, last);
    initial = FloatHostArrays.ensure(initial, dInitial == null ? 0 : stateLength());
    port.openBackward(outputGradients[0], inputGradients);
    scan.backward(port, dLast == null ? null : last, dInitial == null ? null : initial);
    port.close();
    port.writeScalarGradients(host, inputGradients);
    if (dInitial != null) {
      host.write(initial, 0, dInitial);
    }
  }

  private float[] readOptional(INDArray from, float[] to) {
    if (from == null) {
      return to;
    }
    float[] array = FloatHostArrays.ensure(to, from.length());
    host.read(from, array, 0);
    return array;
  }

  private long stateLength() {
    return (long) sizes.batch() * sizes.valueHeads() * sizes.keySize() * sizes.valueSize();
  }

  private void prepare(DeltaRuleSizes now, boolean gates) {
    if (sizes == null || gates != gated || !sameHeads(now)) {
      scan =
          new FloatDeltaScan(
              blocks,
              now.heads(),
              now.valueHeads(),
              now.keySize(),
              now.valueSize(),
              spec.householders(),
              gates,
              spec.chunkTokens());
      port =
          new FloatDeltaRulePort(
              blocks,
              host,
              new FloatKeyNorm(blocks, spec.queryKeyNorm(), spec.queryKeyNormEps(), now.keySize()),
              FloatMath.of(spec.scale()));
    }
    sizes = now;
    gated = gates;
    port.resize(now, gates);
    if (lengths.length < now.batch()) {
      lengths = new int[now.batch()];
    }
    Arrays.fill(lengths, now.tokens());
  }

  private boolean sameHeads(DeltaRuleSizes now) {
    return sizes.heads() == now.heads()
        && sizes.valueHeads() == now.valueHeads()
        && sizes.keySize() == now.keySize()
        && sizes.valueSize() == now.valueSize();
  }

  /** Bytes held between forward and backward: states, and copies of the inputs. */
  long savedBytes() {
    return scan.savedBytes();
  }

  /** Bytes of the states among them. */
  long savedStateBytes() {
    return scan.savedStateBytes();
  }
}
