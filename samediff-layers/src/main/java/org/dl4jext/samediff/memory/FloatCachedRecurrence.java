package org.dl4jext.samediff.memory;

import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.kernel.FloatMath;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The cached recurrence in the {@code HOST} execution: {@link FloatCachedHeads} between copies from
 * and to ND4J arrays. {@link CachedRecurrenceReference} is its slow form.
 */
final class FloatCachedRecurrence implements DifferentiableUnit {

  private final CachedRecurrenceSpec spec;
  private final FloatCachedHeads heads;
  private boolean kept;

  FloatCachedRecurrence(CachedRecurrenceSpec spec) {
    this.spec = spec;
    heads = new FloatCachedHeads(spec.memory());
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    CachedRecurrenceSizes sizes = CachedRecurrenceSizes.of(spec, FloatMath.TYPE, inputs);
    sizes.requireOutputs("outputs", FloatMath.TYPE, outputs);
    kept = false;
    heads.arrays.open(sizes, inputs);
    heads.forward();
    heads.arrays.writeOutputs(outputs);
    kept = keep;
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    CachedRecurrenceSizes.requireKept(kept);
    CachedRecurrenceSizes sizes = heads.arrays.sizes;
    sizes.requireOutputs("output gradients", FloatMath.TYPE, outputGradients);
    sizes.requireInputGradients(FloatMath.TYPE, inputGradients);
    kept = false;
    heads.gradients.openGradients(heads.arrays, outputGradients);
    heads.backward();
    heads.gradients.writeGradients(inputGradients);
  }
}
