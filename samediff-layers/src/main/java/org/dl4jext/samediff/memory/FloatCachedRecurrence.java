package org.dl4jext.samediff.memory;

import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatMath;
import org.dl4jext.samediff.kernel.HostThreads;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The cached recurrence in the {@code HOST} execution: gates example by example, then the memories
 * head by head, in parallel. {@link CachedRecurrenceReference} is its slow form.
 */
final class FloatCachedRecurrence implements DifferentiableUnit {

  private final CachedRecurrenceSpec spec;
  private final FloatBlocks blocks = FloatBlocks.best();
  private final FloatCachedArrays arrays = new FloatCachedArrays();
  private final FloatCachedArrays gradients = new FloatCachedArrays();
  private final FloatCachedHead[] workers = new FloatCachedHead[HostThreads.configured()];
  private FloatRouter[] routers;
  private float[][] keptHeads = new float[0][];
  private boolean kept;

  FloatCachedRecurrence(CachedRecurrenceSpec spec) {
    this.spec = spec;
    for (int i = 0; i < workers.length; i++) {
      workers[i] = spec.memory().isDeep() ? new FloatDeepHead(blocks) : new FloatMatrixHead(blocks);
    }
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    CachedRecurrenceSizes sizes = CachedRecurrenceSizes.of(spec, FloatMath.TYPE, inputs);
    sizes.requireOutputs("outputs", FloatMath.TYPE, outputs);
    kept = false;
    arrays.open(sizes, inputs);
    routers = new FloatRouter[sizes.batch()];
    HostThreads.run(
        sizes.batch(),
        workers.length,
        (example, worker) -> {
          routers[example] = new FloatRouter(blocks, arrays, example);
          routers[example].forward();
        });
    int heads = sizes.batch() * sizes.heads();
    if (keptHeads.length < heads) {
      keptHeads = java.util.Arrays.copyOf(keptHeads, heads);
    }
    int size = workers[0].keptSize(sizes);
    HostThreads.run(
        heads,
        workers.length,
        (task, worker) -> {
          keptHeads[task] = FloatHostArrays.ensure(keptHeads[task], size);
          workers[worker].forward(
              arrays, task / sizes.heads(), task % sizes.heads(), keptHeads[task]);
        });
    arrays.writeOutputs(outputs);
    kept = keep;
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    CachedRecurrenceSizes.requireKept(kept);
    CachedRecurrenceSizes sizes = arrays.sizes;
    sizes.requireOutputs("output gradients", FloatMath.TYPE, outputGradients);
    sizes.requireInputGradients(FloatMath.TYPE, inputGradients);
    kept = false;
    gradients.openGradients(arrays, outputGradients);
    HostThreads.run(
        sizes.batch() * sizes.heads(),
        workers.length,
        (task, worker) ->
            workers[worker].backward(
                arrays, gradients, task / sizes.heads(), task % sizes.heads(), keptHeads[task]));
    if (spec.memory().isDeep()) {
      gradients.collectStartWeights();
    }
    HostThreads.run(
        sizes.batch(), workers.length, (example, worker) -> routers[example].backward(gradients));
    gradients.writeGradients(inputGradients);
  }
}
