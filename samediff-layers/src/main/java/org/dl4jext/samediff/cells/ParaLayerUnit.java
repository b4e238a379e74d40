package org.dl4jext.samediff.cells;

import java.util.List;
import org.dl4jext.samediff.ArrayCheck;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.kernel.DoubleStepKernel;
import org.dl4jext.samediff.kernel.FloatStepKernel;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A layer with diagonal recurrence: what its executions share.
 *
 * <p>The states among the outputs are those after the last step [N,n] or, if made so, those after
 * every step [N,T,n], 0 where masked.
 */
public abstract class ParaLayerUnit implements LayerUnit {

  private static final Logger LOG = LoggerFactory.getLogger(ParaLayerUnit.class);

  static final int W = FIRST_PARAMETER;
  static final int A = FIRST_PARAMETER + 1;
  static final int BIAS = FIRST_PARAMETER + 2;
  static final int C = FIRST_PARAMETER + 3;

  final ParaLayout layout;
  final DataType type;
  final boolean everyState;
  final LayerArrays arrays;
  private NewtonReport report;

  ParaLayerUnit(ParaLayout layout, DataType type, boolean everyState) {
    this.layout = layout;
    this.type = type;
    this.everyState = everyState;
    this.arrays = arrays(layout, type);
  }

  static LayerArrays arrays(ParaLayout layout, DataType type) {
    return new LayerArrays(
        "Para" + layout.kind() + " layer",
        type,
        layout.inputSize(),
        layout.outputSize(),
        layout.parameters(),
        layout.states());
  }

  @Override
  public final List<TensorShape> parameters() {
    return layout.parameters();
  }

  @Override
  public final List<TensorShape> states() {
    return layout.states();
  }

  @Override
  public final long outputSize() {
    return layout.outputSize();
  }

  /** How the Newton iterations of the last forward pass ended; null where there were none. */
  public final NewtonReport newtonReport() {
    return report;
  }

  /** Notes how the iterations ended; returns whether the sequential form has to compute. */
  final boolean fallsBack(double residual) {
    report = NewtonReport.of(layout.spec(), residual);
    if (report.fallback()) {
      LOG.debug("{}: sequential after {}", arrays.unit(), report);
    }
    return report.fallback();
  }

  final boolean newton() {
    return layout.spec().evaluation() == ParaEvaluation.NEWTON;
  }

  @Override
  public final FloatStepKernel floatStepKernel(INDArray[] parameters, int streams) {
    return new FloatParaStepKernel(layout, parameters, streams);
  }

  @Override
  public final DoubleStepKernel doubleStepKernel(INDArray[] parameters, int streams) {
    return new DoubleParaStepKernel(layout, parameters, streams);
  }

  final void requireForward(INDArray[] inputs, INDArray[] outputs) {
    arrays.requireInputs(inputs);
    requireOutputs("outputs", inputs, outputs);
  }

  /** Refuses a backward pass without a kept forward pass, and arrays that do not fit. */
  final void requireBackward(
      boolean kept, INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    if (!kept) {
      throw new IllegalStateException(arrays.unit() + ": backward without a kept forward pass");
    }
    arrays.requireInputs(inputs);
    requireOutputs("output gradients", inputs, outputGradients);
    arrays.requireInputGradients(inputs, inputGradients);
  }

  private void requireOutputs(String what, INDArray[] inputs, INDArray[] outputs) {
    if (!everyState) {
      arrays.requireOutputs(what, inputs, outputs);
      return;
    }
    ArrayCheck.requireCount(arrays.unit(), what, outputs, 1 + layout.states().size());
    long[] shape = {inputs[0].size(0), inputs[0].size(1), layout.outputSize()};
    for (int i = 0; i < outputs.length; i++) {
      ArrayCheck.requireShapeOrNull(arrays.unit(), what + " " + i, outputs[i], type, shape);
    }
  }
}
