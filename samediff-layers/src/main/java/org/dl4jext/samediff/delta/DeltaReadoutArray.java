package org.dl4jext.samediff.delta;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** RMS norm and output gate of a delta layer as array operations, on packed rows. */
final class DeltaReadoutArray {

  /** Gradients of a pass; null where the layer has no such part. */
  static final class Gradients {
    INDArray reads;
    INDArray gain;
    INDArray gate;
  }

  private final DeltaSpec spec;
  private final Arena arena;
  private final ActivationArray gateActivation;
  private INDArray inverse;
  private INDArray normed;
  private INDArray gained;
  private INDArray gate;

  DeltaReadoutArray(DeltaSpec spec, Arena arena) {
    this.spec = spec;
    this.arena = arena;
    gateActivation = new ActivationArray(Activation.SILU, arena);
  }

  /**
   * Normalises and gates.
   *
   * @param reads [R*HV,V]
   * @param gain [V], or null without norm
   * @param gateInput [R,HV*V], or null without gate
   * @return [R*HV,V]
   */
  INDArray forward(INDArray reads, INDArray gain, INDArray gateInput) {
    gained = reads;
    if (spec.outputNorm()) {
      INDArray squares = arena.dot(reads, reads, 1).divi(spec.valueSize());
      inverse =
          Transforms.sqrt(squares.addi(spec.outputNormEps()), false)
              .rdivi(1)
              .reshape(reads.size(0), 1);
      normed = arena.times(reads, inverse);
      gained = arena.times(normed, gain.reshape(1, spec.valueSize()));
    }
    if (!spec.outputGate()) {
      return gained;
    }
    gate = gateActivation.forward(gateInput).reshape(reads.shape());
    return arena.times(gained, gate);
  }

  /** Differentiates; dz [R*HV,V] may be overwritten. */
  Gradients backward(Arena to, INDArray dz, INDArray gain) {
    Gradients d = new Gradients();
    d.reads = dz;
    if (spec.outputGate()) {
      long rows = dz.size(0) / spec.valueHeads();
      INDArray dGate = to.times(dz, gained).reshape(rows, dz.length() / rows);
      d.gate = gateActivation.backward(to, dGate);
      dz.muli(gate);
    }
    if (spec.outputNorm()) {
      d.gain = to.sum(to.times(dz, normed), 0);
      Arena.timesInto(dz, gain.reshape(1, spec.valueSize()), dz);
      INDArray along = to.dot(dz, normed, 1).divi(spec.valueSize()).reshape(dz.size(0), 1);
      Arena.minusInto(dz, to.times(normed, along), dz);
      Arena.timesInto(dz, inverse, dz);
    }
    return d;
  }
}
