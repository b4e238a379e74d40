package org.dl4jext.samediff.memory;

import java.util.ArrayList;
import java.util.List;
import org.dl4jext.samediff.LayerArrays;
import org.dl4jext.samediff.TensorShape;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Where the parts of a memory-caching layer stand in its parameters and states.
 *
 * <p>Parameters: {@code W} [nIn,F], one concatenated projection whose columns are, in order,
 *
 * <pre>
 *   q [H*K] | k [H*K] | v [H*V] | numbers of each token [S*H] | u [H*R] | f [H*R]
 * </pre>
 *
 * (the numbers are those of {@link BaseMemory#scalars()}; u where there is a router, f where HIDDEN
 * features are projected); {@code Wc} [W,H*K], taps of the keys, the last one for the current step;
 * {@code bs} [S*H], biases of the numbers; {@code Sr} [1], the router's factor; {@code W1} [H,D,K]
 * and {@code W2} [H,V,D], start weights of a deep memory; {@code Wn} [V], gain of the RMS norm;
 * {@code Wo} [H*V,nOut]. Each only where the spec has it.
 *
 * <p>States: those of {@link CachedRecurrence}, and {@code conv} [W-1,H*K], the last projected
 * keys, oldest first. None for LOGARITHMIC segments.
 */
public final class MemoryCachingLayout {

  private final MemoryCachingSpec spec;
  private final int inputSize;
  private final int outputSize;
  private final List<TensorShape> parameters;
  private final List<TensorShape> states;

  /**
   * @param spec the options
   * @param inputSize nIn
   * @param outputSize nOut
   */
  public MemoryCachingLayout(MemoryCachingSpec spec, long inputSize, long outputSize) {
    if (inputSize < 1 || outputSize < 1) {
      throw new IllegalArgumentException(
          "memory caching: nIn and nOut are "
              + inputSize
              + " and "
              + outputSize
              + "; allowed: positive");
    }
    this.spec = spec;
    this.inputSize = Math.toIntExact(inputSize);
    this.outputSize = Math.toIntExact(outputSize);
    parameters = parameterShapes();
    states = stateShapes();
  }

  public MemoryCachingSpec spec() {
    return spec;
  }

  public int inputSize() {
    return inputSize;
  }

  public int outputSize() {
    return outputSize;
  }

  /** H*K. */
  int keys() {
    return spec.heads() * spec.keySize();
  }

  /** H*V. */
  int values() {
    return spec.heads() * spec.valueSize();
  }

  /** S, numbers for each token and head. */
  int scalars() {
    return spec.memory().scalars().size();
  }

  boolean hasRouter() {
    return spec.caching().hasRouter();
  }

  private boolean hidden() {
    return hasRouter() && spec.caching().routerFeatures() == RouterFeatures.HIDDEN;
  }

  /** Whether the inputs themselves are pooled. */
  boolean poolsInputs() {
    return hidden() && spec.routerSize() == 0;
  }

  /** Whether a projection of the inputs is pooled. */
  boolean projectsFeatures() {
    return hidden() && spec.routerSize() > 0;
  }

  /** R; 1 without a router. */
  int routerSize() {
    if (!hasRouter()) {
      return 1;
    }
    return hidden() ? (spec.routerSize() > 0 ? spec.routerSize() : inputSize) : spec.keySize();
  }

  /** G, heads of what the router pools: one for inputs, which all heads share. */
  int featureHeads() {
    return hasRouter() && !poolsInputs() ? spec.heads() : 1;
  }

  /** Number of states of the core; the rows of the key mixing follow. */
  int coreStates() {
    return canStep() ? CachedRecurrenceSizes.INPUTS - CachedRecurrenceSizes.POSITION : 0;
  }

  /** Whether the number of a token with this index is the logarithm of a sigmoid. */
  boolean isLogarithm(int scalar) {
    return spec.memory().scalars().get(scalar).equals("g");
  }

  int scalarColumn() {
    return 2 * keys() + values();
  }

  int routerColumn() {
    return scalarColumn() + scalars() * spec.heads();
  }

  int featureColumn() {
    return routerColumn() + (hasRouter() ? spec.heads() * routerSize() : 0);
  }

  /** F, number of columns of the projection. */
  int columns() {
    return featureColumn() + (projectsFeatures() ? spec.heads() * routerSize() : 0);
  }

  /** The core without projections. */
  CachedRecurrenceSpec recurrence() {
    double gateScale = spec.learnedRouterScale() ? 1 : spec.routerScale();
    return new CachedRecurrenceSpec(
        spec.memory(), spec.caching(), spec.readScale(), gateScale, List.of());
  }

  /** Place of a parameter among the parameters; -1 where the spec has none. */
  int place(String parameter) {
    for (int i = 0; i < parameters.size(); i++) {
      if (parameters.get(i).name().equals(parameter)) {
        return i;
      }
    }
    return -1;
  }

  /** The parameters, in the order in which a unit takes them. */
  public List<TensorShape> parameters() {
    return parameters;
  }

  private List<TensorShape> parameterShapes() {
    int heads = spec.heads();
    List<TensorShape> all = new ArrayList<>();
    all.add(TensorShape.weight("W", inputSize, columns()));
    if (spec.keyMixing() == KeyMixing.CONVOLUTION) {
      all.add(TensorShape.weight("Wc", spec.convolutionWidth(), keys()));
    }
    if (scalars() > 0) {
      all.add(TensorShape.bias("bs", (long) scalars() * heads));
    }
    if (spec.learnedRouterScale()) {
      all.add(TensorShape.bias("Sr", 1));
    }
    if (spec.memory().isDeep()) {
      all.add(TensorShape.weight("W1", heads, spec.deepSize(), spec.keySize()));
      all.add(TensorShape.weight("W2", heads, spec.valueSize(), spec.deepSize()));
    }
    if (spec.outputNorm()) {
      all.add(TensorShape.bias("Wn", spec.valueSize()));
    }
    all.add(TensorShape.weight("Wo", values(), outputSize));
    return List.copyOf(all);
  }

  /** Whether the layer can go on from states. */
  public boolean canStep() {
    return spec.caching().segmentation() == Segmentation.CONSTANT;
  }

  /** The states, in the order in which a unit takes them. */
  public List<TensorShape> states() {
    return states;
  }

  private List<TensorShape> stateShapes() {
    if (!canStep()) {
      return List.of();
    }
    int heads = spec.heads();
    BaseMemory memory = spec.memory();
    long read = memory.readSize(spec.keySize(), spec.valueSize(), spec.deepSize());
    long size = memory.size(spec.keySize(), spec.valueSize(), spec.deepSize());
    List<TensorShape> all =
        new ArrayList<>(
            CachedRecurrenceSizes.states(featureHeads(), routerSize(), heads, size, read));
    if (spec.mixedSteps() > 1) {
      all.add(TensorShape.state("conv", spec.mixedSteps() - 1L, keys()));
    }
    return List.copyOf(all);
  }

  /** Checks of the arrays of a unit. */
  LayerArrays arrays(DataType type) {
    return new LayerArrays("memory caching", type, inputSize, outputSize, parameters(), states());
  }
}
