package org.dl4jext.samediff.memory;

import java.util.ArrayList;
import java.util.List;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerArrays;
import org.dl4jext.samediff.op.LayerOp;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A whole memory-caching layer as one SameDiff op; {@link MemoryCachingLayer} is its door. */
public final class MemoryCachingOp extends LayerOp {

  private static final int SIZES = CachingSpecArguments.NEXT;
  private static final int TEXTS = CachingSpecArguments.NEXT_TEXT;

  /** For SameDiff. */
  public MemoryCachingOp() {}

  MemoryCachingOp(
      SameDiff sameDiff,
      MemoryCachingLayout layout,
      SDVariable x,
      SDVariable mask,
      List<SDVariable> parameters,
      List<SDVariable> states) {
    super(sameDiff, inputs(layout.arrays(x.dataType()), x, mask, parameters, states));
    MemoryCachingSpec s = layout.spec();
    CachingSpecArguments.add(this, s.caching());
    addIArgument(layout.inputSize(), layout.outputSize());
    addIArgument(s.heads(), s.keySize(), s.valueSize(), s.deepSize(), s.convolutionWidth());
    addIArgument(flag(s.queryKeyNorm()), s.routerSize());
    addIArgument(flag(s.learnedRouterScale()), flag(s.outputNorm()));
    addTArgument(s.queryKeyNormEps(), s.scale(), s.routerScale(), s.outputNormEps());
    addSArgument(s.memory().name(), s.keyMixing().name());
  }

  private static int flag(boolean value) {
    return value ? 1 : 0;
  }

  private int integer(int index) {
    return getIArgument(SIZES + index).intValue();
  }

  private MemoryCachingLayout layout() {
    MemoryCachingSpec spec =
        new MemoryCachingSpec(
            BaseMemory.valueOf(getSArgument(TEXTS)),
            CachingSpecArguments.read(this),
            integer(2),
            integer(3),
            integer(4),
            integer(5),
            KeyMixing.valueOf(getSArgument(TEXTS + 1)),
            integer(6),
            integer(7) == 1,
            getTArgument(0),
            getTArgument(1),
            integer(8),
            getTArgument(2),
            integer(9) == 1,
            integer(10) == 1,
            getTArgument(3));
    return new MemoryCachingLayout(spec, integer(0), integer(1));
  }

  @Override
  public String opName() {
    return "dl4jext_memory_caching";
  }

  @Override
  protected LayerArrays arrays(DataType type) {
    return layout().arrays(type);
  }

  @Override
  protected List<long[]> outputShapes(INDArray[] inputs) {
    DataType type = inputs[0].dataType();
    MemoryCachingLayout layout = layout();
    layout.arrays(type).requireInputs(inputs);
    List<long[]> shapes = new ArrayList<>(List.of(super.outputShapes(inputs).get(0)));
    shapes.addAll(MemoryCachingUnit.stateShapes(layout, type, inputs));
    return shapes;
  }

  @Override
  protected DifferentiableUnit unit(Execution execution, DataType dataType) {
    return MemoryCachingLayer.unit(layout(), execution, dataType);
  }
}
