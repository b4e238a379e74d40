package org.dl4jext.samediff.delta;

import org.dl4jext.samediff.LayerArrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Batch size and length of one call of a delta layer, and the checks of its arrays. */
record DeltaLayerSizes(LayerArrays arrays, int batch, int tokens) {

  /** Checks the inputs: x, mask or null, the parameters, the states or nulls. */
  static DeltaLayerSizes of(DeltaLayout layout, DataType type, INDArray[] inputs) {
    LayerArrays arrays = arrays(layout, type);
    arrays.requireInputs(inputs);
    return new DeltaLayerSizes(
        arrays, Math.toIntExact(inputs[0].size(0)), Math.toIntExact(inputs[0].size(1)));
  }

  static LayerArrays arrays(DeltaLayout layout, DataType type) {
    return new LayerArrays(
        "delta layer",
        type,
        layout.inputSize(),
        layout.outputSize(),
        layout.parameters(),
        layout.states());
  }

  /** Index of the first state among the inputs. */
  int firstState() {
    return arrays.firstState();
  }

  long[] outputShape(int index) {
    return index == 0
        ? new long[] {batch, tokens, arrays.outputSize()}
        : arrays.states().get(index - 1).withBatch(batch);
  }
}
