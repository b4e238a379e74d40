package org.dl4jext.samediff.memory;

import java.util.ArrayList;
import java.util.List;
import org.dl4jext.samediff.ArrayCheck;
import org.dl4jext.samediff.CheckedLayerUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What the executions of a memory-caching layer share: the shapes of states that grow. */
abstract class MemoryCachingUnit extends CheckedLayerUnit {

  final MemoryCachingLayout layout;
  final MemoryCachingSpec spec;
  final DataType type;

  MemoryCachingUnit(MemoryCachingLayout layout, DataType type) {
    super(layout.arrays(type));
    this.layout = layout;
    this.type = type;
    spec = layout.spec();
  }

  @Override
  public final List<long[]> stateShapes(INDArray[] inputs) {
    arrays.requireInputs(inputs);
    return stateShapes(layout, type, inputs);
  }

  static List<long[]> stateShapes(MemoryCachingLayout layout, DataType type, INDArray[] inputs) {
    CachedRecurrenceSizes sizes = CachedRecurrenceSizes.of(layout, type, inputs);
    List<long[]> shapes = new ArrayList<>();
    for (int i = 0; i < layout.coreStates(); i++) {
      shapes.add(sizes.outputShape(CachedRecurrenceSizes.FIRST_STATE + i));
    }
    if (shapes.size() < layout.states().size()) {
      shapes.add(layout.states().get(shapes.size()).withBatch(sizes.batch()));
    }
    return shapes;
  }

  /** Refuses what the recurrence refuses, and states among the outputs that do not fit. */
  final void requireStates(INDArray[] inputs, INDArray[] outputs) {
    List<long[]> shapes = stateShapes(layout, type, inputs);
    for (int i = 0; i < shapes.size(); i++) {
      ArrayCheck.requireShapeOrNull(
          arrays.unit(), "state output " + i, outputs[1 + i], type, shapes.get(i));
    }
  }
}
