package org.dl4jext.samediff.delta;

import java.util.Arrays;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatMath;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The gated delta product of {@link DeltaRuleSpec} on Java arrays.
 *
 * <p>Inputs: q [B,T,H,K], k [B,T n,H,K], v [B,T n,HV,V], beta [B,T n,HV] or null for ones, g
 * [B,T,HV] (log decay) or null, S0 [B,HV,K,V] or null. Outputs: o [B,T,HV,V], S_T [B,HV,K,V]. Value
 * head j reads query and key head j / (HV/H). The sizes may change at every call.
 */
final class FloatDeltaRule implements DifferentiableUnit {

  private final DeltaRuleSpec spec;
  private final FloatBlocks blocks;
  private final FloatHostArrays host = new FloatHostArrays();

  private DeltaRuleHostShape shape;
  private FloatDeltaScan scan;
  private FloatDeltaRulePort port;
  private int[] lengths = new int[0];
  private boolean kept;
  private float[] initial;
  private float[] last;

  FloatDeltaRule(DeltaRuleSpec spec, FloatBlocks blocks) {
    this.spec = spec;
    this.blocks = blocks;
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    DeltaRuleHostShape now = DeltaRuleHostShape.of(spec, inputs);
    now.check(inputs, "input", DeltaRuleHostShape.INPUTS, FloatHostArrays::accepts, true);
    now.check(outputs, "output", DeltaRuleHostShape.OUTPUTS, FloatHostArrays::accepts, false);
    kept = false;
    prepare(now);
    port.read(host, inputs);
    initial = readOptional(inputs[DeltaRuleHostShape.S0], initial);
    boolean wantState = outputs[1] != null;
    last = FloatHostArrays.ensure(last, wantState ? now.stateLength() : 0);
    scan.forward(
        port,
        lengths,
        now.batch(),
        inputs[DeltaRuleHostShape.S0] == null ? null : initial,
        wantState ? last : null,
        keep);
    port.write(host, outputs[0]);
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
    shape.check(inputs, "input", DeltaRuleHostShape.INPUTS, FloatHostArrays::accepts, true);
    shape.check(
        outputGradients,
        "output gradient",
        DeltaRuleHostShape.OUTPUTS,
        FloatHostArrays::accepts,
        false);
    shape.check(
        inputGradients,
        "input gradient",
        DeltaRuleHostShape.INPUTS,
        FloatHostArrays::accepts,
        false);
    port.readGradient(host, outputGradients[0]);
    INDArray dLast = outputGradients[1];
    INDArray dInitial = inputGradients[DeltaRuleHostShape.S0];
    last = readOptional(dLast, last);
    initial = FloatHostArrays.ensure(initial, dInitial == null ? 0 : shape.stateLength());
    scan.backward(port, dLast == null ? null : last, dInitial == null ? null : initial);
    port.writeGradients(host, inputGradients);
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

  private void prepare(DeltaRuleHostShape now) {
    if (shape == null || !shape.sameHeads(now)) {
      scan =
          new FloatDeltaScan(
              blocks,
              now.heads(),
              now.valueHeads(),
              now.keySize(),
              now.valueSize(),
              spec.householders(),
              now.gated(),
              spec.chunkTokens());
    }
    if (port == null || !shape.sameHeads(now)) {
      port =
          new FloatDeltaRulePort(
              blocks,
              new FloatKeyNorm(blocks, spec.queryKeyNorm(), spec.queryKeyNormEps(), now.keySize()),
              FloatMath.of(spec.scale()));
    }
    shape = now;
    port.resize(now);
    if (lengths.length < now.batch()) {
      lengths = new int[now.batch()];
    }
    Arrays.fill(lengths, now.tokens());
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
