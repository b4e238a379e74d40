package org.dl4jext.samediff.universal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatMath;
import org.dl4jext.samediff.kernel.FloatRows;
import org.dl4jext.samediff.kernel.HostThreads;
import org.dl4jext.samediff.kernel.MaskedRows;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The {@code HOST} execution: chunks of examples on Java arrays, divided among threads; {@link
 * UniversalReference} is the slow form.
 *
 * <p>Which examples share a chunk and which thread takes it depends on their lengths and on the
 * number of threads alone, so that results do not change from run to run.
 */
final class FloatUniversal extends UniversalCore {

  /** Rows that a chunk should have, for products that are worth their overhead. */
  private static final int CHUNK_ROWS = 64;

  private final FloatHostArrays host = new FloatHostArrays();
  private final FloatRows rowCopies = new FloatRows(host);
  private final MaskedRows masked = new MaskedRows();
  private final MaskedRows memoryMasked = new MaskedRows();
  private final FloatUniversalParameters weights;
  private final FloatUniversalTiming timing;
  private final FloatUniversalWorker[] workers;
  private final List<FloatUniversalChunk> chunks = new ArrayList<>();
  private int[] bounds;
  private int computedSteps;
  private float[] x = new float[0];
  private float[] y = new float[0];
  private float[] memory = new float[0];

  FloatUniversal(UniversalLayout layout) {
    super(layout, FloatMath.TYPE);
    weights = new FloatUniversalParameters(layout);
    timing = new FloatUniversalTiming(FloatBlocks.best(), layout);
    workers = new FloatUniversalWorker[HostThreads.configured()];
  }

  @Override
  int computedSteps() {
    return computedSteps;
  }

  @Override
  void compute(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    weights.read(host, inputs);
    setRows();
    x = FloatHostArrays.ensure(x, (long) masked.total() * layout.inputSize());
    y = FloatHostArrays.ensure(y, (long) masked.total() * layout.width());
    rowCopies.gather(inputs[0], masked, layout.inputSize(), x);
    timing.prepare(weights, positions());
    FloatUniversalCaches caches = null;
    FloatUniversalCaches carried = null;
    if (layout.streams()) {
      caches = new FloatUniversalCaches(inputs, layout.firstState());
      carried = caches(outputs, 1);
      if (carried != null) {
        carried.clear(caches);
      }
    }
    FloatUniversalRows[] parts = divide(caches, carried, keep);
    readMemory(inputs, parts);
    int[] steps = new int[parts.length];
    run(
        (c, part) -> {
          FloatUniversalChunk chunk = chunks.get(keep ? c : part);
          int first = masked.start(bounds[c]);
          chunk.forward(parts[c], keep, weights, timing, workers[part], x, y, first);
          steps[c] = chunk.computedSteps();
          if (spec.halts()) {
            chunk.ponder().numbers(updates, remainders);
          }
        });
    computedSteps = Arrays.stream(steps).max().orElse(0);
    if (outputs[0] != null) {
      rowCopies.scatter(y, masked, layout.width(), outputs[0]);
    }
    if (layout.streams() && outputs[1 + UniversalLayout.COUNT] != null) {
      writeCounts(outputs[1 + UniversalLayout.COUNT]);
    }
  }

  private void setRows() {
    boolean[] computed = new boolean[pass.batch() * pass.steps()];
    for (ExampleRows rows : pass.examples()) {
      for (int i = 0; i < rows.size(); i++) {
        computed[pass.dense(rows, i)] = true;
      }
    }
    masked.set(pass.batch(), pass.steps(), i -> computed[i]);
  }

  private int positions() {
    int most = 0;
    for (ExampleRows rows : pass.examples()) {
      most = Math.max(most, rows.size() == 0 ? 0 : rows.position()[rows.size() - 1] + 1);
    }
    return most;
  }

  /** Neighbouring examples make a chunk until it has enough rows. */
  private FloatUniversalRows[] divide(
      FloatUniversalCaches caches, FloatUniversalCaches carried, boolean keep) {
    int[] starts = new int[pass.batch() + 1];
    int count = 0;
    int filled = CHUNK_ROWS;
    for (int n = 0; n < pass.batch(); n++) {
      if (filled >= CHUNK_ROWS) {
        starts[count++] = n;
        filled = 0;
      }
      filled += Math.max(1, pass.examples()[n].size());
    }
    starts[count] = pass.batch();
    bounds = Arrays.copyOf(starts, count + 1);
    FloatUniversalRows[] parts = new FloatUniversalRows[count];
    for (int c = 0; c < count; c++) {
      parts[c] = new FloatUniversalRows(pass, bounds[c], bounds[c + 1], caches, carried);
    }
    while (chunks.size() < (keep ? count : Math.min(count, workers.length))) {
      chunks.add(new FloatUniversalChunk(layout));
    }
    return parts;
  }

  private void readMemory(INDArray[] inputs, FloatUniversalRows[] parts) {
    if (layout.memorySize() == 0) {
      return;
    }
    INDArray from = inputs[layout.memory()];
    int length = Math.toIntExact(from.size(1));
    boolean[] valid = new boolean[pass.batch() * length];
    for (int n = 0; n < pass.batch(); n++) {
      for (int t : pass.memoryRows()[n]) {
        valid[n * length + t] = true;
      }
    }
    memoryMasked.set(pass.batch(), length, i -> valid[i]);
    memory = FloatHostArrays.ensure(memory, from.length());
    rowCopies.gather(from, memoryMasked, layout.memorySize(), memory);
    for (int c = 0; c < parts.length; c++) {
      int at = memoryMasked.start(bounds[c]) * layout.memorySize();
      int size = parts[c].memoryCount() * layout.memorySize();
      parts[c].memory = Arrays.copyOfRange(memory, at, at + size);
    }
  }

  /** Work on a chunk by one of the parts, each of which has a worker. */
  private interface ChunkTask {
    void run(int chunk, int part);
  }

  /** Each part takes the same chunks every time. */
  private int run(ChunkTask task) {
    int count = bounds.length - 1;
    int parts = Math.min(workers.length, count);
    HostThreads.run(
        parts,
        parts,
        (part, thread) -> {
          if (workers[part] == null) {
            workers[part] = new FloatUniversalWorker(layout);
          }
          int to = (int) ((long) count * (part + 1) / parts);
          for (int c = (int) ((long) count * part / parts); c < to; c++) {
            task.run(c, part);
          }
        });
    return parts;
  }

  private void writeCounts(INDArray to) {
    float[] counts = new float[pass.batch()];
    for (ExampleRows rows : pass.examples()) {
      counts[rows.example()] = rows.count() + rows.size();
    }
    host.write(counts, 0, to);
  }

  @Override
  void backward(
      INDArray[] inputs,
      INDArray[] outputGradients,
      double[] remainderGradients,
      INDArray[] inputGradients) {
    float[] dy = y;
    Arrays.fill(dy, 0, masked.count() * layout.width(), 0);
    if (outputGradients[0] != null) {
      rowCopies.gather(outputGradients[0], masked, layout.width(), dy);
    }
    float[] dx = new float[masked.total() * layout.inputSize()];
    FloatUniversalCaches carried = caches(outputGradients, 1);
    FloatUniversalCaches before = caches(inputGradients, layout.firstState());
    if (before != null) {
      before.clear(null);
    }
    float[][] dMemory = new float[bounds.length - 1][];
    for (FloatUniversalWorker worker : workers) {
      if (worker != null) {
        worker.gradients.clear();
      }
    }
    int parts =
        run(
            (c, part) -> {
              FloatUniversalWorker worker = workers[part];
              FloatUniversalBlock block = new FloatUniversalBlock(layout, weights, worker);
              block.attention().beginBackward(carried, before);
              FloatUniversalChunk chunk = chunks.get(c);
              chunk.backward(
                  weights,
                  timing,
                  worker,
                  block,
                  remainderGradients,
                  dy,
                  dx,
                  masked.start(bounds[c]));
              if (layout.memorySize() > 0) {
                dMemory[c] = chunk.rows().memoryBackward(layout, worker, weights);
              }
            });
    for (int i = 1; i < parts; i++) {
      workers[0].gradients.add(workers[i].gradients);
    }
    workers[0].gradients.write(host, inputGradients);
    if (inputGradients[0] != null) {
      rowCopies.scatter(dx, masked, layout.inputSize(), inputGradients[0]);
    }
    int count = layout.firstState() + UniversalLayout.COUNT;
    if (layout.streams() && inputGradients[count] != null) {
      inputGradients[count].assign(0);
    }
    writeMemoryGradient(dMemory, inputGradients);
  }

  /** The caches among some arrays; null where there are none. */
  private FloatUniversalCaches caches(INDArray[] all, int first) {
    if (!layout.streams() || (all[first] == null && all[first + 1] == null)) {
      return null;
    }
    return new FloatUniversalCaches(all, first);
  }

  private void writeMemoryGradient(float[][] dMemory, INDArray[] inputGradients) {
    if (layout.memorySize() == 0 || inputGradients[layout.memory()] == null) {
      return;
    }
    for (int c = 0; c < dMemory.length; c++) {
      int at = memoryMasked.start(bounds[c]) * layout.memorySize();
      System.arraycopy(dMemory[c], 0, memory, at, dMemory[c].length);
    }
    rowCopies.scatter(memory, memoryMasked, layout.memorySize(), inputGradients[layout.memory()]);
  }
}
