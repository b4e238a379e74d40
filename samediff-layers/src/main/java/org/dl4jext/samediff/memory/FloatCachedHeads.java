package org.dl4jext.samediff.memory;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.HostThreads;

/**
 * The cached recurrence on Java arrays: gates example by example, then the memories head by head,
 * in parallel.
 */
final class FloatCachedHeads {

  /** Products of a pass from which on a second thread is worth its start. */
  private static final long SMALLEST_SHARE = 1 << 16;

  private final FloatBlocks blocks = FloatBlocks.best();
  private final FloatCachedHead[] workers = new FloatCachedHead[HostThreads.configured()];
  private FloatRouter[] routers;
  private float[][] keptHeads = new float[0][];

  /** Inputs and outputs; opened before {@link #forward}. */
  final FloatCachedArrays arrays = new FloatCachedArrays();

  /** Their gradients; opened before {@link #backward}. */
  final FloatCachedArrays gradients = new FloatCachedArrays();

  FloatCachedHeads(BaseMemory memory) {
    for (int i = 0; i < workers.length; i++) {
      workers[i] = memory.isDeep() ? new FloatDeepHead(blocks) : new FloatMatrixHead(blocks);
    }
  }

  /** Threads that a pass is worth: each token and head writes once and reads its memories. */
  private int threads() {
    CachedRecurrenceSizes s = arrays.sizes;
    long tokens = (long) s.batch() * s.heads() * s.steps();
    long share = tokens * s.readSize() * (1 + s.plan().columns()) / SMALLEST_SHARE;
    return (int) Math.max(1, Math.min(workers.length, share));
  }

  /** Fills the outputs. */
  void forward() {
    CachedRecurrenceSizes sizes = arrays.sizes;
    routers = new FloatRouter[sizes.batch()];
    HostThreads.run(
        sizes.batch(),
        threads(),
        (example, worker) -> {
          routers[example] = new FloatRouter(blocks, arrays, example);
          routers[example].forward();
        });
    int heads = sizes.batch() * sizes.heads();
    if (keptHeads.length < heads) {
      keptHeads = Arrays.copyOf(keptHeads, heads);
    }
    int size = workers[0].keptSize(sizes);
    HostThreads.run(
        heads,
        threads(),
        (task, worker) -> {
          keptHeads[task] = FloatHostArrays.ensure(keptHeads[task], size);
          workers[worker].forward(
              arrays, task / sizes.heads(), task % sizes.heads(), keptHeads[task]);
        });
  }

  /** Fills the gradients of the inputs of the last forward pass. */
  void backward() {
    CachedRecurrenceSizes sizes = arrays.sizes;
    HostThreads.run(
        sizes.batch() * sizes.heads(),
        threads(),
        (task, worker) ->
            workers[worker].backward(
                arrays, gradients, task / sizes.heads(), task % sizes.heads(), keptHeads[task]));
    if (sizes.spec().memory().isDeep()) {
      gradients.collectStartWeights();
    }
    HostThreads.run(
        sizes.batch(), threads(), (example, worker) -> routers[example].backward(gradients));
  }
}
