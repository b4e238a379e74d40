package org.dl4jext.samediff.memory;

import java.util.ArrayList;
import java.util.List;
import org.dl4jext.samediff.ArrayCheck;
import org.dl4jext.samediff.CheckedLayerUnit;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerArrays;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.Views;
import org.dl4jext.samediff.delta.DeltaLayout;
import org.dl4jext.samediff.delta.DeltaSpec;
import org.dl4jext.samediff.delta.DeltaStages;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A trained delta layer with a {@link CachedRecurrence} in place of its recurrence, forward only.
 *
 * <pre>
 *   S_t as the delta layer has it, from the last state (CHECKPOINT) or from zero in each segment
 *   o_t = g_online S_t' q_t + sum over i of g_i S_i' q_t,   g = softmax(routerScale q_t . pool)
 * </pre>
 *
 * <p>Parameters: those of {@link DeltaLayout}. States: those of {@link CachedRecurrence}, whose
 * position counts writes (n for each token), and {@code conv} [W-1,C].
 */
public final class CachedDeltaUnit extends CheckedLayerUnit {

  private static final int CORE_STATES =
      CachedRecurrenceSizes.INPUTS - CachedRecurrenceSizes.POSITION;

  private final CachedRecurrenceSpec recurrence;
  private final DeltaSpec spec;
  private final DataType type;
  private final DeltaStages stages;
  private final DifferentiableUnit core;

  /**
   * @param spec the options
   * @param inputSize nIn
   * @param outputSize nOut
   * @param execution of the recurrence
   * @param type FLOAT or DOUBLE
   */
  public CachedDeltaUnit(
      CachedDeltaSpec spec, long inputSize, long outputSize, Execution execution, DataType type) {
    this(spec, new DeltaLayout(spec.delta(), inputSize, outputSize), execution, type);
  }

  private CachedDeltaUnit(
      CachedDeltaSpec spec, DeltaLayout layout, Execution execution, DataType type) {
    super(
        new LayerArrays(
            "cached delta layer",
            type,
            layout.inputSize(),
            layout.outputSize(),
            layout.parameters(),
            states(spec, layout)));
    this.spec = spec.delta();
    this.type = type;
    recurrence = spec.recurrence();
    core = CachedRecurrence.unit(recurrence, execution, type);
    stages = new DeltaStages(layout, type);
  }

  /** The states, in the order in which a unit takes them. */
  public static List<TensorShape> states(CachedDeltaSpec spec, DeltaLayout layout) {
    DeltaSpec delta = spec.delta();
    long heads = delta.valueHeads();
    long size = (long) delta.valueSize() * delta.keySize();
    boolean router = spec.caching().hasRouter();
    List<TensorShape> all =
        new ArrayList<>(
            CachedRecurrenceSizes.states(
                router ? heads : 1, router ? delta.keySize() : 1, heads, size, size));
    if (delta.convolutionWidth() > 1) {
      all.add(TensorShape.state("conv", delta.convolutionWidth() - 1L, layout.channels()));
    }
    return List.copyOf(all);
  }

  @Override
  public List<long[]> stateShapes(INDArray[] inputs) {
    arrays.requireInputs(inputs);
    INDArray[] before = new INDArray[CachedRecurrenceSizes.INPUTS];
    addStates(inputs, before);
    boolean router = recurrence.caching().hasRouter();
    int[] tokens = {
      spec.valueHeads(),
      spec.keySize(),
      spec.valueSize(),
      router ? spec.valueHeads() : 1,
      router ? spec.keySize() : 1,
      1
    };
    int batch = Math.toIntExact(inputs[0].size(0));
    int writes = Math.toIntExact(inputs[0].size(1) * spec.householders());
    CachedRecurrenceSizes sizes =
        CachedRecurrenceSizes.of(recurrence, type, batch, writes, tokens, before);
    List<long[]> shapes = new ArrayList<>();
    for (int i = 0; i < CORE_STATES; i++) {
      shapes.add(sizes.outputShape(CachedRecurrenceSizes.FIRST_STATE + i));
    }
    if (states().size() > CORE_STATES) {
      shapes.add(states().get(CORE_STATES).withBatch(batch));
    }
    return shapes;
  }

  private void addStates(INDArray[] inputs, INDArray[] all) {
    System.arraycopy(inputs, arrays.firstState(), all, CachedRecurrenceSizes.POSITION, CORE_STATES);
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    arrays.requireForward(inputs, outputs);
    List<long[]> shapes = stateShapes(inputs);
    for (int i = 0; i < shapes.size(); i++) {
      ArrayCheck.requireShapeOrNull(
          arrays.unit(), "state output " + i, outputs[1 + i], type, shapes.get(i));
    }
    boolean convolves = states().size() > CORE_STATES;
    INDArray history = convolves ? inputs[arrays.firstState() + CORE_STATES] : null;
    INDArray[] core = coreInputs(inputs, stages.tokens(inputs, history));
    addStates(inputs, core);
    INDArray[] results = new INDArray[CachedRecurrenceSizes.OUTPUTS];
    INDArray v = core[CachedRecurrenceSizes.V];
    results[CachedRecurrenceSizes.O] = Nd4j.createUninitialized(type, v.shape(), 'c');
    System.arraycopy(outputs, 1, results, CachedRecurrenceSizes.FIRST_STATE, CORE_STATES);
    this.core.forward(core, results, false);
    if (convolves && outputs[1 + CORE_STATES] != null) {
      outputs[1 + CORE_STATES].assign(stages.lastInputs(history));
    }
    if (outputs[0] != null) {
      outputs[0].assign(
          stages.outputs(inputs, lastReads(inputs, results[CachedRecurrenceSizes.O])));
    }
  }

  /** The reads after the last write of each token [N,T,HV*V]. */
  private INDArray lastReads(INDArray[] inputs, INDArray o) {
    long batch = inputs[0].size(0);
    long steps = inputs[0].size(1);
    INDArray all =
        o.reshape('c', batch, steps, spec.householders(), o.length() / o.size(0) / o.size(1));
    return Views.at(all, 2, spec.householders() - 1).dup('c');
  }

  private INDArray[] coreInputs(INDArray[] inputs, INDArray[] tokens) {
    int n = spec.householders();
    INDArray[] all = new INDArray[CachedRecurrenceSizes.INPUTS];
    int group = spec.valueHeads() / spec.heads();
    INDArray q = repeated(repeated(tokens[0], 1, n), 2, group);
    all[CachedRecurrenceSizes.Q] = q;
    all[CachedRecurrenceSizes.K] = repeated(tokens[1], 2, group);
    all[CachedRecurrenceSizes.V] = tokens[2];
    all[CachedRecurrenceSizes.U] = recurrence.caching().hasRouter() ? q : null;
    int scalar = CachedRecurrenceSizes.SCALARS;
    if (spec.forgetGate()) {
      all[scalar++] = onFirstWrite(tokens[4], n);
    }
    all[scalar] = tokens[3];
    INDArray mask = inputs[1];
    all[CachedRecurrenceSizes.MASK] = mask == null ? null : repeated(mask, 1, n);
    return all;
  }

  private static INDArray repeated(INDArray array, int axis, int times) {
    return times == 1 ? array : array.repeat(axis, times);
  }

  /** A token decays once [N,T,HV], before its first write [N,T*n,HV]. */
  private INDArray onFirstWrite(INDArray g, int n) {
    INDArray all = Nd4j.create(type, g.size(0), g.size(1), n, g.size(2));
    Views.at(all, 2, 0).assign(g);
    return all.reshape('c', g.size(0), g.size(1) * n, g.size(2));
  }

  /**
   * Refuses: caching was not trained.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    throw new UnsupportedOperationException(
        "cached delta layer: it is for inference; allowed: train the layer that it came from");
  }
}
