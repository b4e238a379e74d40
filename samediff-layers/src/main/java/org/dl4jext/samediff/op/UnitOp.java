package org.dl4jext.samediff.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.shape.ZerosLike;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;

/**
 * A {@link DifferentiableUnit} as a differentiable SameDiff op.
 *
 * <p>A subclass names the op, makes the unit and knows the output shapes. It needs a public
 * constructor without arguments, an entry in {@code META-INF/services} under the name of this class
 * (see {@link RecurrentOps}), and keeps its options in the integer, floating and string arguments:
 * these survive cloning, {@code SameDiff.save} and {@code SameDiff.load}. The boolean arguments say
 * which optional inputs are present; the execution is chosen when the op runs.
 *
 * <p>The backward pass is one op for all subclasses. It runs the forward pass again, keeping what
 * the backward pass needs, because nothing may outlive the run of an op. Input 0 gives the data
 * type of the outputs.
 *
 * <p>Graphs with such an op may run in several threads at once. The op keeps one unit and nothing
 * for a thread; SameDiff itself keeps a session for each thread that ran a graph, and in it a
 * number for each array that it freed, so a program that runs a graph for days should clear {@code
 * getSessions()} now and then.
 */
public abstract class UnitOp extends JavaOp {

  private final UnitCache units = new UnitCache(this::unit);

  /** For SameDiff, which adds the arguments later. */
  protected UnitOp() {}

  /**
   * Adds the op to a graph; a subclass adds its options and asks for the outputs.
   *
   * @param inputs in the order of the unit; null for an optional input that is absent
   */
  protected UnitOp(SameDiff sameDiff, SDVariable... inputs) {
    super(sameDiff, present(inputs));
    RecurrentOps.register();
    for (SDVariable input : inputs) {
      addBArgument(input != null);
    }
  }

  /** Makes the unit that the arguments describe. */
  protected abstract DifferentiableUnit unit(Execution execution, DataType dataType);

  /**
   * Shapes of all outputs.
   *
   * @param inputs all inputs of the unit, null where absent
   * @throws IllegalArgumentException if they do not fit
   */
  protected abstract List<long[]> outputShapes(INDArray[] inputs);

  /** Whether an input has a gradient; false for masks. */
  protected boolean isDifferentiable(int input) {
    return true;
  }

  @Override
  void execute(INDArray[] inputs, INDArray[] outputs) {
    units.use(inputs[0].dataType(), unit -> unit.forward(withAbsent(inputs), outputs, false));
  }

  @Override
  List<LongShapeDescriptor> shapesOf(INDArray[] inputs) {
    DataType type = inputs[0].dataType();
    return outputShapes(withAbsent(inputs)).stream()
        .map(shape -> LongShapeDescriptor.fromShape(shape, type))
        .toList();
  }

  @Override
  public List<DataType> calculateOutputDataTypes(List<DataType> inputTypes) {
    return Collections.nCopies(getNumOutputs(), inputTypes.get(0));
  }

  @Override
  public List<SDVariable> doDiff(List<SDVariable> outputGradients) {
    UnitGradientOp backward = new UnitGradientOp(sameDiff, this, withoutZeros(outputGradients));
    SDVariable[] gradients = backward.outputVariables();
    List<SDVariable> all = new ArrayList<>();
    int next = 0;
    for (int i = 0, arg = 0; i < numBArguments(); i++) {
      if (getBArguments().get(i)) {
        all.add(isDifferentiable(i) ? gradients[next++] : sameDiff.zerosLike(arg(arg)));
        arg++;
      }
    }
    return all;
  }

  /**
   * An output that the loss does not depend on comes with zeros made from it, which would run the
   * forward op once more: leave such gradients out.
   */
  private SDVariable[] withoutZeros(List<SDVariable> gradients) {
    SDVariable[] left = new SDVariable[getNumOutputs()];
    for (int i = 0; i < left.length; i++) {
      SDVariable gradient = gradients.get(i);
      boolean zero =
          gradient == null || sameDiff.getVariableOutputOp(gradient.name()) instanceof ZerosLike;
      left[i] = zero ? null : gradient;
    }
    return left;
  }

  List<Boolean> getBArguments() {
    return bArguments;
  }

  /** Spreads the present inputs over all positions. */
  private INDArray[] withAbsent(INDArray[] inputs) {
    return spread(getBArguments(), 0, getBArguments().size(), inputs, 0);
  }

  /** Places arrays, from a first one on, where the flags from..to are set. */
  static INDArray[] spread(List<Boolean> flags, int from, int to, INDArray[] arrays, int first) {
    INDArray[] all = new INDArray[to - from];
    int next = first;
    for (int i = from; i < to; i++) {
      all[i - from] = flags.get(i) ? arrays[next++] : null;
    }
    return all;
  }

  static SDVariable[] present(SDVariable[] inputs) {
    return Arrays.stream(inputs).filter(Objects::nonNull).toArray(SDVariable[]::new);
  }
}
