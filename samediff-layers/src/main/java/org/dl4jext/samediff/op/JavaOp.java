package org.dl4jext.samediff.op;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOpDescriptor;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A SameDiff op that computes in Java: the one class that leans on how ND4J executes custom ops.
 *
 * <p>A session first asks an op for its output shapes, with the context that holds the inputs; then
 * it puts the allocated outputs into that context and hands op and context to the executioner; that
 * asks for {@link #opHash()} to find the native code. Here, this last question runs the op and
 * answers with the hash of ND4J's native {@code noop}. So the op works in every session, training
 * included, on every backend. The context is held for the thread only between the two questions.
 *
 * <p>Configuration must live in the integer, floating, boolean and string arguments: SameDiff
 * clones ops by writing and reading these.
 */
abstract class JavaOp extends DynamicCustomOp {

  // Not static: threads that run different graphs have nothing in common. Emptied by every run.
  @SuppressWarnings("ThreadLocalUsage")
  private final ThreadLocal<OpContext> pending = new ThreadLocal<>();

  JavaOp() {}

  JavaOp(SameDiff sameDiff, SDVariable[] inputs) {
    super(null, sameDiff, inputs);
    if (sameDiff.isEagerMode()) {
      throw new IllegalArgumentException(
          opName() + ": eager mode is not supported; allowed: a SameDiff graph without eager mode");
    }
  }

  /** Computes the outputs, which have the shapes of {@link #shapesOf}. */
  abstract void execute(INDArray[] inputs, INDArray[] outputs);

  /** Shapes of the outputs. */
  abstract List<LongShapeDescriptor> shapesOf(INDArray[] inputs);

  @Override
  public abstract String opName();

  @Override
  public abstract int getNumOutputs();

  @Override
  public Op.Type opType() {
    return Op.Type.CUSTOM;
  }

  @Override
  public List<LongShapeDescriptor> calculateOutputShape(OpContext context) {
    if (context == null) {
      throw new IllegalStateException(opName() + ": shapes are known in a session only");
    }
    List<LongShapeDescriptor> shapes = shapesOf(arrays(context.getInputArrays()));
    pending.set(context);
    return shapes;
  }

  @Override
  public long opHash() {
    OpContext context = pending.get();
    pending.remove();
    if (context == null) {
      throw new IllegalStateException(
          opName() + " runs in a SameDiff graph only; on arrays, call its unit");
    }
    execute(arrays(context.getInputArrays()), arrays(context.getOutputArrays()));
    context.shapeFunctionOverride(true);
    return Nd4j.getExecutioner().getCustomOperations().get("noop").getHash();
  }

  /** There is no native op of this name. */
  @Override
  public CustomOpDescriptor getDescriptor() {
    return null;
  }

  @Override
  public Map<String, Object> propertiesForFunction() {
    return Map.of();
  }

  @Override
  public void setPropertiesForFunction(Map<String, Object> properties) {
    // The arguments hold everything.
  }

  /** Gives a new op the configuration of another one, but for its boolean arguments. */
  static void copyArguments(DynamicCustomOp from, DynamicCustomOp to) {
    to.addIArgument(from.iArgs());
    to.addTArgument(from.tArgs());
    to.addSArgument(from.sArgs());
  }

  private static INDArray[] arrays(List<INDArray> list) {
    return list.toArray(new INDArray[0]);
  }

  static List<LongShapeDescriptor> descriptors(INDArray... like) {
    return Arrays.stream(like)
        .map(a -> LongShapeDescriptor.fromShape(a.shape(), a.dataType()))
        .toList();
  }
}
