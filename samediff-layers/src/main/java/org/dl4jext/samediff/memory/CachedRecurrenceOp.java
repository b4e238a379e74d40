package org.dl4jext.samediff.memory;

import java.util.List;
import java.util.stream.IntStream;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.op.UnitOp;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A cached recurrence as one SameDiff op; {@link CachedRecurrence} is its door. */
public final class CachedRecurrenceOp extends UnitOp {

  /** For SameDiff. */
  public CachedRecurrenceOp() {}

  CachedRecurrenceOp(SameDiff sameDiff, CachedRecurrenceSpec spec, SDVariable... inputs) {
    super(sameDiff, inputs);
    CachingSpecArguments.add(this, spec.caching());
    spec.segmentLengths().forEach(length -> addIArgument(length));
    addSArgument(spec.memory().name());
    addTArgument(spec.scale(), spec.gateScale());
  }

  private CachedRecurrenceSpec spec() {
    return new CachedRecurrenceSpec(
        BaseMemory.valueOf(getSArgument(CachingSpecArguments.NEXT_TEXT)),
        CachingSpecArguments.read(this),
        getTArgument(0),
        getTArgument(1),
        IntStream.range(CachingSpecArguments.NEXT, numIArguments())
            .mapToObj(i -> getIArgument(i).intValue())
            .toList());
  }

  @Override
  public String opName() {
    return "dl4jext_cached_recurrence";
  }

  @Override
  public int getNumOutputs() {
    return CachedRecurrenceSizes.OUTPUTS;
  }

  @Override
  protected boolean isDifferentiable(int input) {
    return input != CachedRecurrenceSizes.MASK && !CachedRecurrenceSizes.isCounter(input);
  }

  @Override
  protected List<long[]> outputShapes(INDArray[] inputs) {
    CachedRecurrenceSizes sizes = CachedRecurrenceSizes.of(spec(), inputs[0].dataType(), inputs);
    return IntStream.range(0, CachedRecurrenceSizes.OUTPUTS).mapToObj(sizes::outputShape).toList();
  }

  @Override
  protected DifferentiableUnit unit(Execution execution, DataType dataType) {
    return CachedRecurrence.unit(spec(), execution, dataType);
  }
}
