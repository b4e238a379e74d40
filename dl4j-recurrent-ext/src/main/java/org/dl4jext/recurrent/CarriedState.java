package org.dl4jext.recurrent;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.dl4jext.samediff.StepSession;
import org.dl4jext.samediff.TensorShape;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * States that one pass hands to the next: two sets of arrays outside all workspaces, of which one
 * is read while the other is written. Nothing changes before {@link #advance}, and no array of the
 * caller is kept. A unit that updates its states needs one set only, and no {@link #advance}.
 */
@SuppressWarnings("try") // leaving a workspace has no other form
final class CarriedState {

  private final String layer;
  private final List<TensorShape> shapes;
  private final DataType dataType;
  private INDArray[] current;
  private INDArray[] next;

  /** What holds newer states than the arrays; null if nothing does. */
  private StepSession holder;

  CarriedState(String layer, List<TensorShape> shapes, DataType dataType) {
    this.layer = layer;
    this.shapes = shapes;
    this.dataType = dataType;
  }

  /** The states before the next pass; null for zeros. */
  INDArray[] current() {
    if (holder != null) {
      long streams = holder.streams();
      holder.readStates(target(shapes.stream().map(shape -> shape.withBatch(streams)).toList()));
      holder = null;
      advance();
    }
    return current;
  }

  /** Hands the states to a session, which holds them from now on. */
  void moveTo(StepSession session) {
    if (holder != session) {
      session.writeStates(current());
      holder = session;
    }
  }

  /** Refuses a batch that does not fit the stored states. */
  void requireBatch(long batch) {
    long stored = storedBatch(batch);
    if (stored != batch) {
      throw new IllegalStateException(
          layer
              + ": the stored state '"
              + shapes.get(0).name()
              + "' is for a minibatch of "
              + stored
              + " and the input has "
              + batch
              + " examples; call rnnClearPreviousState() between batches");
    }
  }

  private long storedBatch(long none) {
    if (shapes.isEmpty()) {
      return none;
    } else if (holder != null) {
      return holder.streams();
    }
    return current == null ? none : current[0].size(0);
  }

  /**
   * Arrays for the states after the pass; they become current by {@link #advance}.
   *
   * @param wanted their shapes
   */
  INDArray[] target(List<long[]> wanted) {
    if (next == null) {
      next = new INDArray[shapes.size()];
    }
    for (int i = 0; i < next.length; i++) {
      if (next[i] == null || !Arrays.equals(next[i].shape(), wanted.get(i))) {
        next[i] = Nd4j.createUninitializedDetached(dataType, wanted.get(i));
      }
    }
    return next;
  }

  /** Makes the written states current. */
  void advance() {
    INDArray[] written = next;
    next = current;
    current = written;
  }

  void clear() {
    current = null;
    holder = null;
  }

  /** Copies of the current states by name; empty if there are none. */
  Map<String, INDArray> copy() {
    Map<String, INDArray> table = new HashMap<>();
    try (MemoryWorkspace ws = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      INDArray[] states = current();
      for (int i = 0; states != null && i < states.length; i++) {
        table.put(shapes.get(i).name(), states[i].dup());
      }
    }
    return table;
  }

  /** Takes copies of the given states; an empty table clears. */
  void set(Map<String, INDArray> table) {
    if (table == null || table.isEmpty()) {
      clear();
      return;
    }
    INDArray[] taken = new INDArray[shapes.size()];
    long batch = -1;
    List<String> names = shapes.stream().map(TensorShape::name).toList();
    if (!table.keySet().equals(new HashSet<>(names))) {
      throw new IllegalArgumentException(
          layer + ": states are " + table.keySet() + "; allowed: exactly " + names);
    }
    try (MemoryWorkspace ws = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      for (int i = 0; i < taken.length; i++) {
        INDArray given = table.get(names.get(i));
        batch = batch < 0 && given.rank() > 0 ? given.size(0) : batch;
        long[] expected = shapes.get(i).withBatch(batch);
        if (!shapes.get(i).fits(given.shape(), batch)) {
          throw new IllegalArgumentException(
              layer
                  + ": state '"
                  + names.get(i)
                  + "' has shape "
                  + Arrays.toString(given.shape())
                  + "; allowed: "
                  + Arrays.toString(expected));
        }
        taken[i] = given.castTo(dataType).dup('c');
      }
    }
    current = taken;
    holder = null;
  }
}
