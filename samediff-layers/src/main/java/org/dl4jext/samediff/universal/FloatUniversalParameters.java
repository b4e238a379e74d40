package org.dl4jext.samediff.universal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Parameters, or their gradients, as Java arrays: matrices that are applied to the same rows stand
 * side by side, the others by themselves.
 */
final class FloatUniversalParameters {

  /** Where a parameter stands: some columns of a matrix. */
  private record Slot(float[] array, int rows, int columns, int from, int stride) {}

  private final List<Slot> slots = new ArrayList<>();
  private final List<float[]> arrays = new ArrayList<>();
  private final UniversalLayout layout;
  private float[] scratch = new float[0];

  /** Of self-attention, queries, keys and values [D,3D]; of that to a memory, queries [D,D]. */
  final float[][] projections = new float[2][];

  /** Keys and values of a memory [Dm,2D]. */
  final float[] memoryKeyValue;

  /** Of each attention [D,D]. */
  final float[][] outputs = new float[2][];

  /** The others by themselves; null where the layout has none. */
  final float[] input;

  final float[] inner;
  final float[] innerBias;
  final float[] outer;
  final float[] outerBias;
  final float[] halting;
  final float[] haltingBias;
  final float[] steps;
  final float[] positions;

  /** Gain and bias of the norm of each sublayer, then of the last norm. */
  final float[][] gains;

  final float[][] biases;

  FloatUniversalParameters(UniversalLayout layout) {
    this.layout = layout;
    int width = layout.width();
    float[] queryKeyValue = new float[3 * width * width];
    projections[UniversalDropout.SELF] = queryKeyValue;
    memoryKeyValue = new float[2 * width * layout.memorySize()];
    arrays.add(queryKeyValue);
    arrays.add(memoryKeyValue);
    for (TensorShape shape : layout.parameters()) {
      int rows = Math.toIntExact(shape.shape().get(0));
      switch (shape.name()) {
        case "Wq" -> slots.add(new Slot(queryKeyValue, rows, width, 0, 3 * width));
        case "Wk" -> slots.add(new Slot(queryKeyValue, rows, width, width, 3 * width));
        case "Wv" -> slots.add(new Slot(queryKeyValue, rows, width, 2 * width, 3 * width));
        case "Mk" -> slots.add(new Slot(memoryKeyValue, rows, width, 0, 2 * width));
        case "Mv" -> slots.add(new Slot(memoryKeyValue, rows, width, width, 2 * width));
        default -> {
          int length = Math.toIntExact(shape.length());
          float[] array = new float[length];
          arrays.add(array);
          slots.add(new Slot(array, 1, length, 0, length));
        }
      }
    }
    input = get("Win");
    outputs[UniversalDropout.SELF] = get("Wo");
    projections[UniversalDropout.MEMORY] = get("Mq");
    outputs[UniversalDropout.MEMORY] = get("Mo");
    inner = get("W1");
    innerBias = get("b1");
    outer = get("W2");
    outerBias = get("b2");
    halting = get("Wp");
    haltingBias = get("bp");
    steps = get("stepEmbedding");
    positions = get("positionEmbedding");
    String[] norms = layout.norms();
    gains = Arrays.stream(norms).map(n -> get(n + "Gain")).toArray(float[][]::new);
    biases = Arrays.stream(norms).map(n -> get(n + "Bias")).toArray(float[][]::new);
  }

  private float[] get(String name) {
    for (int i = 0; i < slots.size(); i++) {
      if (layout.parameters().get(i).name().equals(name)) {
        return slots.get(i).array;
      }
    }
    return null;
  }

  /** Copies the parameters out of a unit's inputs. */
  void read(FloatHostArrays host, INDArray[] inputs) {
    for (int i = 0; i < slots.size(); i++) {
      Slot slot = slots.get(i);
      INDArray from = inputs[LayerUnit.FIRST_PARAMETER + i];
      if (slot.columns == slot.stride) {
        host.read(from, slot.array, 0);
        continue;
      }
      scratch = FloatHostArrays.ensure(scratch, from.length());
      host.read(from, scratch, 0);
      for (int row = 0; row < slot.rows; row++) {
        System.arraycopy(
            scratch, row * slot.columns, slot.array, row * slot.stride + slot.from, slot.columns);
      }
    }
  }

  /** Copies to the wanted gradients of a unit's inputs. */
  void write(FloatHostArrays host, INDArray[] inputGradients) {
    for (int i = 0; i < slots.size(); i++) {
      Slot slot = slots.get(i);
      INDArray to = inputGradients[LayerUnit.FIRST_PARAMETER + i];
      if (to == null) {
        continue;
      }
      if (slot.columns == slot.stride) {
        host.write(slot.array, 0, to);
        continue;
      }
      scratch = FloatHostArrays.ensure(scratch, to.length());
      for (int row = 0; row < slot.rows; row++) {
        System.arraycopy(
            slot.array, row * slot.stride + slot.from, scratch, row * slot.columns, slot.columns);
      }
      host.write(scratch, 0, to);
    }
  }

  void clear() {
    for (float[] array : arrays) {
      Arrays.fill(array, 0);
    }
  }

  /** Adds another set. */
  void add(FloatUniversalParameters other) {
    for (int i = 0; i < arrays.size(); i++) {
      float[] to = arrays.get(i);
      float[] from = other.arrays.get(i);
      for (int j = 0; j < to.length; j++) {
        to[j] += from[j];
      }
    }
  }
}
