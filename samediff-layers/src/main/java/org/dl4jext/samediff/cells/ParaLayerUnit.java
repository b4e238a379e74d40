package org.dl4jext.samediff.cells;

import org.dl4jext.samediff.CheckedLayerUnit;
import org.dl4jext.samediff.LayerArrays;
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
public abstract class ParaLayerUnit extends CheckedLayerUnit {

  private static final Logger LOG = LoggerFactory.getLogger(ParaLayerUnit.class);

  static final int W = FIRST_PARAMETER;
  static final int A = FIRST_PARAMETER + 1;
  static final int BIAS = FIRST_PARAMETER + 2;
  static final int C = FIRST_PARAMETER + 3;

  final ParaLayout layout;
  final DataType type;
  final boolean everyState;
  private NewtonReport report;

  ParaLayerUnit(ParaLayout layout, DataType type, boolean everyState) {
    super(arrays(layout, type, everyState));
    this.layout = layout;
    this.type = type;
    this.everyState = everyState;
  }

  static LayerArrays arrays(ParaLayout layout, DataType type, boolean everyState) {
    return new LayerArrays(
        "Para" + layout.kind() + " layer",
        type,
        layout.inputSize(),
        layout.outputSize(),
        layout.parameters(),
        layout.states(),
        everyState);
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
}
