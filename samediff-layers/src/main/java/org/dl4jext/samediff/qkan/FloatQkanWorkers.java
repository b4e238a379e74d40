package org.dl4jext.samediff.qkan;

import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.HostThreads;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a host form has for each of its workers: scratch memory and sums. A worker takes a
 * contiguous part of the examples, so that sums do not depend on timing.
 */
final class FloatQkanWorkers {

  /** Encodings from which on a second thread is worth its start. */
  private static final long SMALLEST_SHARE = 1 << 14;

  final FloatQkanCircuits circuits;
  final float[][] parameters;
  private final QkanLayout layout;
  private FloatQkanMap[] maps = new FloatQkanMap[0];
  private FloatQkanSums[] sums = new FloatQkanSums[0];
  private final FloatHostArrays arrays = new FloatHostArrays();
  private int[] first = {0, 0};

  /**
   * @param layout of the circuits
   * @param parameters number of parameters, those of the circuits first
   */
  FloatQkanWorkers(QkanLayout layout, int parameters) {
    this.layout = layout;
    this.circuits = new FloatQkanCircuits(layout);
    this.parameters = new float[parameters][];
  }

  /** Reads the parameters and shares the examples out. */
  void begin(INDArray[] inputs, int firstParameter, int examples, int stepsOfExample) {
    for (int i = 0; i < parameters.length; i++) {
      INDArray p = inputs[firstParameter + i];
      parameters[i] = FloatHostArrays.ensure(parameters[i], p.length());
      arrays.read(p, parameters[i], 0);
    }
    circuits.set(parameters);
    long work = (long) examples * stepsOfExample * layout.edges() * circuits.encodings;
    long useful = Math.max(1, work / SMALLEST_SHARE);
    int workers = (int) Math.min(Math.min(examples, HostThreads.configured()), useful);
    first = new int[workers + 1];
    for (int w = 0; w <= workers; w++) {
      first[w] = (int) ((long) examples * w / workers);
    }
    if (maps.length < workers) {
      maps = new FloatQkanMap[workers];
      for (int w = 0; w < workers; w++) {
        maps[w] = new FloatQkanMap(layout, circuits, FloatBlocks.best());
      }
    }
  }

  int count() {
    return first.length - 1;
  }

  FloatQkanMap map(int worker) {
    return maps[worker];
  }

  FloatQkanSums sums(int worker) {
    return sums[worker];
  }

  /** One example's part of the work. */
  @FunctionalInterface
  interface Part {
    void run(int example, int worker);
  }

  /** Runs all examples. */
  void run(Part part) {
    HostThreads.run(
        count(),
        count(),
        (share, ignored) -> {
          for (int n = first[share]; n < first[share + 1]; n++) {
            part.run(n, share);
          }
        });
  }

  /** Makes the sums zero. */
  void clearSums() {
    if (sums.length != count()) {
      sums = new FloatQkanSums[count()];
      for (int w = 0; w < sums.length; w++) {
        sums[w] = new FloatQkanSums(layout, circuits.encodings);
      }
    }
    for (FloatQkanSums one : sums) {
      one.clear();
    }
  }

  /** Writes the gradients of the circuits' parameters. */
  void writeGradients(INDArray[] inputGradients, int firstParameter) {
    int count = layout.parameters().size();
    float[][] gradients = new float[count][];
    for (int i = 0; i < count; i++) {
      gradients[i] = new float[Math.toIntExact(layout.parameters().get(i).length())];
    }
    circuits.gradients(sums, parameters, gradients);
    for (int i = 0; i < count; i++) {
      write(gradients[i], inputGradients[firstParameter + i]);
    }
  }

  /** Reads an array; zeros for null. */
  float[] read(INDArray array, float[] buffer, long length) {
    float[] values = FloatHostArrays.ensure(buffer, length);
    if (array == null) {
      java.util.Arrays.fill(values, 0, Math.toIntExact(length), 0);
    } else {
      arrays.read(array, values, 0);
    }
    return values;
  }

  /** Writes an array unless it is null. */
  void write(float[] values, INDArray to) {
    if (to != null) {
      arrays.write(values, 0, to);
    }
  }
}
