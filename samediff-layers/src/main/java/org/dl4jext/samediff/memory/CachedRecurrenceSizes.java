package org.dl4jext.samediff.memory;

import java.util.Arrays;
import java.util.List;
import org.dl4jext.samediff.ArrayCheck;
import org.dl4jext.samediff.TensorShape;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Sizes of one call of a cached recurrence, and the order of its arrays; {@link CachedRecurrence}
 * describes them.
 *
 * @param batch B
 * @param steps T
 * @param heads H
 * @param keySize K
 * @param valueSize V
 * @param featureHeads heads of the router's features: H, or 1 for features that heads share
 * @param routerSize R
 * @param deepSize hidden size of a deep memory, else 1
 * @param slots room for cached memories in the given states, used or not
 * @param plan segments and what they read
 */
record CachedRecurrenceSizes(
    CachedRecurrenceSpec spec,
    int batch,
    int steps,
    int heads,
    int keySize,
    int valueSize,
    int featureHeads,
    int routerSize,
    int deepSize,
    int slots,
    SegmentPlan plan) {

  static final int Q = 0;
  static final int K = 1;
  static final int V = 2;
  static final int U = 3;
  static final int F = 4;
  static final int SCALARS = 5;
  static final int W1 = 8;
  static final int W2 = 9;
  static final int MASK = 10;
  static final int POSITION = 11;
  static final int COUNT = 12;
  static final int POOL = 13;
  static final int MEMORY = 14;
  static final int COUNTS = 15;
  static final int POOLS = 16;
  static final int CACHED = 17;
  static final int INPUTS = 18;

  static final int O = 0;
  static final int GATES = 1;

  /** The states follow among the outputs in the order in which they stand among the inputs. */
  static final int FIRST_STATE = 2;

  static final int OUTPUTS = FIRST_STATE + INPUTS - POSITION;

  private static final String UNIT = "memory caching";
  private static final String[] NAMES = {
    "q",
    "k",
    "v",
    "u",
    "f",
    "first scalar",
    "second scalar",
    "third scalar",
    "W1",
    "W2",
    "mask",
    "position",
    "count",
    "pool",
    "memory",
    "counts",
    "pools",
    "cached"
  };

  /** Checks the inputs against each other. */
  static CachedRecurrenceSizes of(CachedRecurrenceSpec spec, DataType type, INDArray[] inputs) {
    ArrayCheck.requireCount(UNIT, "inputs", inputs, INPUTS);
    ArrayCheck.requireRank(UNIT, "k", inputs[K], type, 4);
    ArrayCheck.requireRank(UNIT, "v", inputs[V], type, 4);
    long[] k = inputs[K].shape();
    boolean router = spec.caching().hasRouter();
    boolean features = router && inputs[F] != null;
    if (features) {
      ArrayCheck.requireRank(UNIT, "f", inputs[F], type, 4);
    }
    int deep = 1;
    if (spec.memory().isDeep()) {
      ArrayCheck.requireRank(UNIT, "W1", inputs[W1], type, 3);
      deep = size(inputs[W1], 1);
    }
    if (inputs[CACHED] != null) {
      ArrayCheck.requireRank(UNIT, "cached", inputs[CACHED], type, 4);
    }
    int[] position = position(inputs[POSITION], type, k[0]);
    int slots = inputs[CACHED] == null ? 0 : size(inputs[CACHED], 1);
    CachedRecurrenceSizes sizes =
        new CachedRecurrenceSizes(
            spec,
            Math.toIntExact(k[0]),
            Math.toIntExact(k[1]),
            Math.toIntExact(k[2]),
            Math.toIntExact(k[3]),
            size(inputs[V], 3),
            router ? size(features ? inputs[F] : inputs[K], 2) : 1,
            router ? size(features ? inputs[F] : inputs[K], 3) : 1,
            deep,
            slots,
            new SegmentPlan(
                spec, Math.toIntExact(k[1]), position[0], Math.min(position[1], slots)));
    sizes.requireInputs(type, inputs, position[1]);
    return sizes;
  }

  /**
   * Sizes of the recurrence in a layer; checks the states.
   *
   * @param inputs of the layer
   */
  static CachedRecurrenceSizes of(MemoryCachingLayout layout, DataType type, INDArray[] inputs) {
    INDArray[] states = new INDArray[INPUTS];
    int first = layout.arrays(type).firstState();
    System.arraycopy(inputs, first, states, POSITION, layout.coreStates());
    MemoryCachingSpec spec = layout.spec();
    return of(
        layout.recurrence(),
        type,
        size(inputs[0], 0),
        size(inputs[0], 1),
        new int[] {
          spec.heads(),
          spec.keySize(),
          spec.valueSize(),
          layout.featureHeads(),
          layout.routerSize(),
          spec.memory().isDeep() ? spec.deepSize() : 1
        },
        states);
  }

  /**
   * Sizes of the recurrence from those of its tokens; checks the states.
   *
   * @param tokens heads, keySize, valueSize, featureHeads, routerSize, deepSize
   * @param states at their places among the inputs
   */
  static CachedRecurrenceSizes of(
      CachedRecurrenceSpec recurrence,
      DataType type,
      int batch,
      int steps,
      int[] tokens,
      INDArray[] states) {
    int slots = states[CACHED] == null ? 0 : size(states[CACHED], 1);
    int[] position = position(states[POSITION], type, batch);
    CachedRecurrenceSizes sizes =
        new CachedRecurrenceSizes(
            recurrence,
            batch,
            steps,
            tokens[0],
            tokens[1],
            tokens[2],
            tokens[3],
            tokens[4],
            tokens[5],
            slots,
            new SegmentPlan(recurrence, steps, position[0], Math.min(position[1], slots)));
    sizes.requireStates(type, states, position[1]);
    return sizes;
  }

  /**
   * The states of a layer around the recurrence.
   *
   * @param size elements of a memory that a write needs
   * @param read elements that a read needs
   */
  static List<TensorShape> states(
      long featureHeads, long routerSize, long heads, long size, long read) {
    return List.of(
        TensorShape.state("position", 2),
        TensorShape.state("count", 1),
        TensorShape.state("pool", featureHeads, routerSize),
        TensorShape.state("memory", heads, size),
        TensorShape.state("counts", TensorShape.GROWS),
        TensorShape.state("pools", TensorShape.GROWS, featureHeads, routerSize),
        TensorShape.state("cached", TensorShape.GROWS, heads, read));
  }

  private static int size(INDArray array, int axis) {
    return Math.toIntExact(array.size(axis));
  }

  /** Steps in the current segment and number of cached memories, which rows have in common. */
  private static int[] position(INDArray position, DataType type, long batch) {
    if (position == null) {
      return new int[2];
    }
    ArrayCheck.requireShape(UNIT, "position", position, type, batch, 2);
    int[] first = {(int) position.getDouble(0, 0), (int) position.getDouble(0, 1)};
    for (int b = 0; b < batch; b++) {
      for (int i = 0; i < 2; i++) {
        double given = position.getDouble(b, i);
        if (!(given == first[i] && given >= 0)) {
          throw new IllegalArgumentException(
              UNIT
                  + ": position of example "
                  + b
                  + " is "
                  + given
                  + "; allowed: the same whole number for every example");
        }
      }
    }
    return first;
  }

  private void requireInputs(DataType type, INDArray[] inputs, int cached) {
    if (featureHeads != heads && featureHeads != 1) {
      throw new IllegalArgumentException(
          UNIT + ": f has " + featureHeads + " heads; allowed: 1 or " + heads);
    }
    for (int i = 0; i < POSITION; i++) {
      boolean needed = isNeeded(i);
      if (i == MASK) {
        ArrayCheck.requireMask(UNIT, inputs[i], batch, steps);
      } else if (needed || inputs[i] != null) {
        if (!needed && !isOptional(i)) {
          throw new IllegalArgumentException(
              UNIT + ": " + NAMES[i] + " is given and not used; allowed: null");
        }
        ArrayCheck.requireShape(UNIT, NAMES[i], inputs[i], type, inputShape(i));
      }
    }
    requireStates(type, inputs, cached);
  }

  private void requireStates(DataType type, INDArray[] inputs, int cached) {
    if (cached > slots) {
      throw new IllegalArgumentException(
          UNIT + ": position names " + cached + " cached memories; allowed: " + slots);
    }
    for (int i = POSITION; i < INPUTS; i++) {
      ArrayCheck.requireShapeOrNull(UNIT, NAMES[i], inputs[i], type, inputShape(i));
    }
  }

  private boolean isNeeded(int index) {
    return switch (index) {
      case Q, K, V -> true;
      case U -> spec.caching().hasRouter();
      case W1, W2 -> spec.memory().isDeep();
      default -> index >= SCALARS && index < W1 && index - SCALARS < spec.memory().scalars().size();
    };
  }

  private boolean isOptional(int index) {
    return index == F && spec.caching().hasRouter();
  }

  int readSize() {
    return spec.memory().readSize(keySize, valueSize, deepSize);
  }

  int memorySize() {
    return spec.memory().size(keySize, valueSize, deepSize);
  }

  /** Room for cached memories after the pass: at least one. */
  int slotsAfter() {
    return Math.max(1, plan.cached().size());
  }

  long[] inputShape(int index) {
    return switch (index) {
      case Q, K -> new long[] {batch, steps, heads, keySize};
      case V -> new long[] {batch, steps, heads, valueSize};
      case U -> new long[] {batch, steps, heads, routerSize};
      case F -> new long[] {batch, steps, featureHeads, routerSize};
      case W1 -> new long[] {heads, deepSize, keySize};
      case W2 -> new long[] {heads, valueSize, deepSize};
      case MASK -> new long[] {batch, steps};
      case POSITION -> new long[] {batch, 2};
      case COUNT -> new long[] {batch, 1};
      case POOL -> new long[] {batch, featureHeads, routerSize};
      case MEMORY -> new long[] {batch, heads, memorySize()};
      case COUNTS -> new long[] {batch, slots};
      case POOLS -> new long[] {batch, slots, featureHeads, routerSize};
      case CACHED -> new long[] {batch, slots, heads, readSize()};
      default -> new long[] {batch, steps, heads};
    };
  }

  long[] outputShape(int index) {
    long[] shape =
        switch (index) {
          case O -> inputShape(V);
          case GATES -> new long[] {batch, steps, heads, plan.columns()};
          default -> inputShape(POSITION + index - FIRST_STATE);
        };
    if (index >= FIRST_STATE + COUNTS - POSITION) {
      shape[1] = slotsAfter();
    }
    return shape;
  }

  /** Checks outputs or their gradients; entries may be null. */
  void requireOutputs(String what, DataType type, INDArray[] outputs) {
    ArrayCheck.requireCount(UNIT, what, outputs, OUTPUTS);
    for (int i = 0; i < OUTPUTS; i++) {
      ArrayCheck.requireShapeOrNull(UNIT, what + "[" + i + "]", outputs[i], type, outputShape(i));
    }
  }

  /** Checks the arrays that take the input gradients; entries may be null. */
  void requireInputGradients(DataType type, INDArray[] gradients) {
    ArrayCheck.requireCount(UNIT, "input gradients", gradients, INPUTS);
    for (int i = 0; i < INPUTS; i++) {
      String name = "gradient of " + NAMES[i];
      ArrayCheck.requireShapeOrNull(UNIT, name, gradients[i], type, inputShape(i));
    }
  }

  static void requireKept(boolean kept) {
    if (!kept) {
      throw new IllegalStateException(UNIT + ": backward without a kept forward pass");
    }
  }

  /** Whether the state with this index among the inputs has a gradient; counters have none. */
  static boolean isCounter(int input) {
    return Arrays.stream(new int[] {POSITION, COUNT, COUNTS}).anyMatch(i -> i == input);
  }
}
