package org.dl4jext.samediff.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;

/**
 * The backward pass of any {@link UnitOp}.
 *
 * <p>Inputs: the present inputs of the forward op, then the present gradients of its outputs.
 * Outputs: one gradient for each present and differentiable input. Arguments: those of the forward
 * op, its name, and the presence of its inputs and of the output gradients.
 */
public final class UnitGradientOp extends JavaOp {

  static final String NAME = "dl4jext_unit_bp";

  private final UnitCache units =
      new UnitCache((execution, type) -> forward().unit(execution, type));
  private volatile UnitOp forward;

  /** For SameDiff, which adds the arguments later. */
  public UnitGradientOp() {}

  UnitGradientOp(SameDiff sameDiff, UnitOp forward, SDVariable[] outputGradients) {
    super(sameDiff, inputs(forward, outputGradients));
    copyArguments(forward, this);
    addSArgument(forward.opName());
    forward.getBArguments().forEach(this::addBArgument);
    for (SDVariable gradient : outputGradients) {
      addBArgument(gradient != null);
    }
  }

  private static SDVariable[] inputs(UnitOp forward, SDVariable[] outputGradients) {
    List<SDVariable> inputs = new ArrayList<>(Arrays.asList(forward.args()));
    inputs.addAll(Arrays.asList(UnitOp.present(outputGradients)));
    return inputs.toArray(new SDVariable[0]);
  }

  @Override
  public String opName() {
    return NAME;
  }

  @Override
  public int getNumOutputs() {
    int count = 0;
    for (int i = 0; i < inputCount(); i++) {
      count += hasGradient(i) ? 1 : 0;
    }
    return count;
  }

  @Override
  public List<DataType> calculateOutputDataTypes(List<DataType> inputTypes) {
    List<DataType> types = new ArrayList<>();
    for (int i = 0, arg = 0; i < inputCount(); i++) {
      if (hasGradient(i)) {
        types.add(inputTypes.get(arg));
      }
      arg += bArguments.get(i) ? 1 : 0;
    }
    return types;
  }

  @Override
  List<LongShapeDescriptor> shapesOf(INDArray[] inputs) {
    List<INDArray> like = new ArrayList<>();
    INDArray[] all = UnitOp.spread(bArguments, 0, inputCount(), inputs, 0);
    for (int i = 0; i < all.length; i++) {
      if (hasGradient(i)) {
        like.add(all[i]);
      }
    }
    return descriptors(like.toArray(new INDArray[0]));
  }

  @Override
  void execute(INDArray[] inputs, INDArray[] outputs) {
    INDArray[] all = UnitOp.spread(bArguments, 0, inputCount(), inputs, 0);
    int present = forward().getBArguments().stream().mapToInt(b -> b ? 1 : 0).sum();
    INDArray[] outputGradients =
        UnitOp.spread(bArguments, inputCount(), bArguments.size(), inputs, present);
    List<Boolean> wanted = new ArrayList<>();
    for (int i = 0; i < all.length; i++) {
      wanted.add(hasGradient(i));
    }
    INDArray[] inputGradients = UnitOp.spread(wanted, 0, wanted.size(), outputs, 0);
    units.use(
        inputs[0].dataType(),
        unit -> {
          unit.forward(all, new INDArray[outputGradients.length], true);
          unit.backward(all, outputGradients, inputGradients);
        });
  }

  @Override
  public List<SDVariable> doDiff(List<SDVariable> outputGradients) {
    throw new UnsupportedOperationException(
        forward().opName() + ": second derivatives are not supported");
  }

  private boolean hasGradient(int input) {
    return bArguments.get(input) && forward().isDifferentiable(input);
  }

  /** Number of inputs of the forward op, absent ones included. */
  private int inputCount() {
    return bArguments.size() - forward().getNumOutputs();
  }

  private UnitOp forward() {
    if (forward == null) {
      String name = getSArgument(numSArguments() - 1);
      UnitOp op = RecurrentOps.newOp(name);
      copyArguments(this, op);
      for (int i = 0; i < bArguments.size() - op.getNumOutputs(); i++) {
        op.addBArgument(bArguments.get(i));
      }
      forward = op;
    }
    return forward;
  }
}
