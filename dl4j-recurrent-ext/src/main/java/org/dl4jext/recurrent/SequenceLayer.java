package org.dl4jext.recurrent;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.Spec;
import org.dl4jext.samediff.TensorShape;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonAnySetter;
import org.nd4j.shade.jackson.annotation.JsonProperty;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.annotation.JsonDeserialize;
import org.nd4j.shade.jackson.databind.annotation.JsonSerialize;

/**
 * Configuration of a sequence layer: sizes, a {@linkplain Spec spec} with all options of its own,
 * and what every DL4J layer has (updaters, regularisation, constraints, dropout, noise, format).
 *
 * <p>A subclass names its parameters and states, fills the parameters, and gives its mathematics in
 * one of two ways: a whole {@link #unit}, or a SameDiff graph ({@link #defineGraph}). Everything
 * else, the runtime included, is here. A subclass holds no options of its own: they live in the
 * spec.
 *
 * <p>Input is [N,nIn,T], or [N,T,nIn] with {@code dataFormat(RNNFormat.NWC)}; the output has the
 * same format with nOut channels.
 *
 * <p>Parameters start as the published layer's do, unless {@code weightInit} is set on this layer's
 * own builder; a network-wide {@code weightInit} cannot be told from DL4J's default and is ignored.
 *
 * <p>A configuration may be shared between threads once it is built.
 *
 * @param <S> the spec
 */
public abstract class SequenceLayer<S extends Record & Spec<S>> extends BaseRecurrentLayer {

  private static final long serialVersionUID = 1L;

  @JsonProperty
  @JsonSerialize(using = SpecJson.Writer.class)
  @JsonDeserialize(using = SpecJson.Reader.class)
  private S spec;

  /** Whether weightInit was set for this layer and not for the network. */
  @JsonProperty private boolean ownWeightInit;

  /** For JSON. */
  protected SequenceLayer() {}

  protected SequenceLayer(Builder<?, S> builder) {
    super(builder);
    builder.checkOptions(this);
    ownWeightInit = builder.hasWeightInit();
    spec = builder.specFor(this);
    if (keepsSize()) {
      nIn = Math.max(nIn, nOut);
      nOut = nIn;
    }
    if (nIn > 0 && nOut > 0) {
      checkSizes();
    }
    initializeConstraints(builder);
  }

  /** The options of this layer. */
  public S getSpec() {
    return spec;
  }

  /**
   * A copy with another size and other options, checked as a builder checks them.
   *
   * @param nOut output channels
   * @param options new values of components of the spec
   * @throws DL4JInvalidConfigException if a value, or their combination, is not allowed
   */
  @SuppressWarnings("unchecked")
  public SequenceLayer<S> with(long nOut, Map<String, ?> options) {
    SequenceLayer<S> copy = (SequenceLayer<S>) clone();
    try {
      copy.spec = spec.with(options);
    } catch (IllegalArgumentException e) {
      throw new DL4JInvalidConfigException(describe() + ": " + e.getMessage(), e);
    }
    if (nOut <= 0) {
      throw invalid("nOut", nOut, "1 and more");
    }
    copy.nOut = nOut;
    if (keepsSize() && nIn > 0) {
      copy.nIn = nOut;
    }
    if (copy.nIn > 0) {
      copy.checkSizes();
    }
    return copy;
  }

  /** Whether weightInit was set on this layer itself. */
  public boolean hasOwnWeightInit() {
    return ownWeightInit;
  }

  /**
   * Parameters in the order of the flat view, for given sizes. Called often: must be cheap.
   *
   * @param nIn input channels
   * @param nOut output channels
   */
  public abstract List<TensorShape> parameters(long nIn, long nOut);

  /** States that a step hands to the next one, for given sizes; empty if there are none. */
  public abstract List<TensorShape> states(long nIn, long nOut);

  /**
   * Fills one parameter as the published layer does.
   *
   * @param parameter one of {@link #parameters()}
   * @param view the parameter in the flat view, overwritten
   */
  public abstract void initializeParameter(TensorShape parameter, INDArray view);

  /**
   * The mathematics of this layer as one unit; a new instance at every call. The default runs
   * {@link #defineGraph}.
   *
   * @param execution how to compute
   * @param dataType FLOAT or DOUBLE
   */
  public LayerUnit unit(Execution execution, DataType dataType) {
    return new GraphUnit(
        getClass().getSimpleName(),
        new GraphUnit.Sizes(getNIn(), getNOut(), parameters(), states()),
        dataType,
        this::defineGraph);
  }

  /**
   * The mathematics of a layer without a whole unit, as a SameDiff graph for one number of steps.
   */
  protected GraphDefinition.Outputs defineGraph(GraphDefinition.Inputs inputs) {
    throw new UnsupportedOperationException(
        getClass().getName() + " defines neither a unit nor a graph");
  }

  /** Whether nOut always equals nIn, so that either may be left out. */
  protected boolean keepsSize() {
    return false;
  }

  /** Whether the layer is causal and so can run step by step. */
  public boolean canStep() {
    return true;
  }

  /**
   * Refuses sizes that do not fit the spec; called as soon as both are known. Without more, those
   * for which there are no parameters.
   *
   * @throws DL4JInvalidConfigException see {@link #invalid}
   */
  protected void checkSizes() {
    try {
      parameters(nIn, nOut);
    } catch (IllegalArgumentException e) {
      throw new DL4JInvalidConfigException(describe() + ": " + e.getMessage(), e);
    }
  }

  /** Number of inputs that one output of a weight sums, for {@code weightInit}. */
  protected double fanIn(TensorShape weight) {
    return weight.shape().get(0);
  }

  /** Number of outputs that one input of a weight reaches, for {@code weightInit}. */
  protected double fanOut(TensorShape weight) {
    return weight.shape().get(weight.shape().size() - 1);
  }

  /** An exception that names this layer, the option, its value and what is allowed. */
  protected final DL4JInvalidConfigException invalid(String option, Object value, String allowed) {
    return new DL4JInvalidConfigException(
        describe() + ": " + option + " is " + value + "; allowed: " + allowed);
  }

  final String describe() {
    String name = getLayerName();
    return getClass().getSimpleName() + (name == null ? "" : " '" + name + "'");
  }

  /** Parameters for the sizes of this layer; before nIn is known, nOut stands in for it. */
  public final List<TensorShape> parameters() {
    return parameters(knownSize(), nOut > 0 ? nOut : knownSize());
  }

  /** States for the sizes of this layer. */
  public final List<TensorShape> states() {
    return states(knownSize(), nOut > 0 ? nOut : knownSize());
  }

  private long knownSize() {
    return nIn > 0 ? nIn : Math.max(nOut, 1);
  }

  /**
   * Fills one parameter: by {@code weightInit} where that is set on this layer itself, else as the
   * published layer does.
   *
   * @param parameter one of {@link #parameters()}
   * @param view overwritten
   */
  public final void fill(TensorShape parameter, INDArray view) {
    IWeightInit own = ownWeightInit ? getWeightInitFn() : null;
    if (own == null || parameter.role() != TensorShape.Role.WEIGHT) {
      initializeParameter(parameter, view);
    } else {
      own.init(fanIn(parameter), fanOut(parameter), parameter.toArray(), 'c', view);
    }
  }

  /** A later explicit choice, as transfer learning makes it, counts as this layer's own. */
  @Override
  public void setWeightInitFn(IWeightInit weightInit) {
    ownWeightInit |= getWeightInitFn() != null && weightInit != null;
    super.setWeightInitFn(weightInit);
  }

  @Override
  public void setNIn(InputType inputType, boolean override) {
    super.setNIn(inputType, override);
    if (keepsSize()) {
      nOut = nIn;
    }
    checkSizes();
  }

  @Override
  public org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray view,
      boolean initialize,
      DataType dataType) {
    if (nIn <= 0) {
      throw invalid("nIn", nIn, "1 and more; set it, or the input type of the network");
    }
    if (nOut <= 0) {
      throw invalid("nOut", nOut, "1 and more");
    }
    checkSizes();
    SequenceRuntime layer = newRuntime(conf, dataType);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(view);
    layer.setParamTable(initializer().init(conf, view, initialize));
    layer.setConf(conf);
    return layer;
  }

  /** A runtime without parameters. */
  protected SequenceRuntime newRuntime(NeuralNetConfiguration conf, DataType dataType) {
    return new SequenceRuntime(conf, dataType);
  }

  @Override
  public ParamInitializer initializer() {
    return SequenceParamInitializer.INSTANCE;
  }

  /** Elements per step and example that training keeps: by default one row of each product. */
  protected long keptPerStep() {
    return nIn
        + nOut
        + parameters().stream()
            .filter(p -> p.role() == TensorShape.Role.WEIGHT && p.shape().size() == 2)
            .mapToLong(p -> p.shape().get(1))
            .sum();
  }

  @Override
  public LayerMemoryReport getMemoryReport(InputType inputType) {
    long steps =
        inputType instanceof InputType.InputTypeRecurrent r
            ? Math.max(r.getTimeSeriesLength(), 1)
            : 1;
    long parameters = initializer().numParams(this);
    long updaterState = getIUpdater() == null ? 0 : getIUpdater().stateSize(parameters);
    long stateElements = states().stream().mapToLong(TensorShape::length).sum();
    return new LayerMemoryReport.Builder(
            getLayerName(), getClass(), inputType, getOutputType(-1, inputType))
        .standardMemory(parameters, updaterState)
        .workingMemory(0, 2 * stateElements, 0, 2 * stateElements + steps * keptPerStep())
        .cacheMemory(0, 0)
        .build();
  }

  @JsonAnySetter
  @SuppressWarnings("DoNotCallSuggester") // called by Jackson
  final void refuseProperty(String name, JsonNode value) {
    throw new IllegalArgumentException(
        getClass().getSimpleName() + " has no property '" + name + "' (value " + value + ")");
  }

  @Override
  public boolean equals(Object other) {
    return super.equals(other)
        && other instanceof SequenceLayer<?> layer
        && getClass() == layer.getClass()
        && ownWeightInit == layer.ownWeightInit
        && Objects.equals(spec, layer.spec);
  }

  @Override
  protected boolean canEqual(Object other) {
    return other instanceof SequenceLayer<?>;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), getClass(), ownWeightInit, spec);
  }

  @Override
  public String toString() {
    return describe() + "(" + nIn + " -> " + nOut + ", " + getRnnDataFormat() + ", " + spec + ")";
  }

  /**
   * One builder for every layer: sizes here, options of the layer in the spec, the rest inherited.
   *
   * @param <B> the concrete builder
   * @param <S> the spec
   */
  public abstract static class Builder<B extends Builder<B, S>, S extends Record & Spec<S>>
      extends BaseRecurrentLayer.Builder<B> {

    private S spec;
    private final Map<String, Object> changes = new HashMap<>();

    /** The options of the layer; without it they follow from nOut. */
    public B spec(S spec) {
      this.spec = spec;
      return self();
    }

    /**
     * Changes one component of the spec, whether that is given or the default, and whether this is
     * called before or after {@link #spec}.
     */
    protected final B with(String component, Object value) {
      changes.put(component, value);
      return self();
    }

    /** Whether a spec was given. */
    public final boolean hasSpec() {
      return spec != null;
    }

    /** The spec of a layer for which none is given. */
    protected abstract S defaultSpec(long nIn, long nOut);

    @SuppressWarnings("unchecked")
    private B self() {
      return (B) this;
    }

    private boolean hasWeightInit() {
      return weightInitFn != null;
    }

    private S specFor(SequenceLayer<S> layer) {
      try {
        S chosen = spec == null ? defaultSpec(nIn, nOut) : spec;
        return changes.isEmpty() ? chosen : chosen.with(changes);
      } catch (IllegalArgumentException e) {
        throw new DL4JInvalidConfigException(layer.describe() + ": " + e.getMessage(), e);
      }
    }

    private void checkOptions(SequenceLayer<S> layer) {
      if (nIn < 0) {
        throw layer.invalid("nIn", nIn, "1 and more, or 0 to take it from the input type");
      }
      if (nOut < 0 || (nOut == 0 && !layer.keepsSize())) {
        throw layer.invalid("nOut", nOut, "1 and more");
      }
      if (layer.keepsSize() && nIn > 0 && nOut > 0 && nIn != nOut) {
        throw layer.invalid("nOut", nOut, "nIn (" + nIn + ")");
      }
      refuse(layer, "activation", activationFn);
      refuse(layer, "weightInitRecurrent", weightInitFnRecurrent);
      refuse(layer, "constrainRecurrent", recurrentConstraints);
      refuse(layer, "constrainInputWeights", inputWeightConstraints);
      refuse(layer, "biasInit", Double.isNaN(biasInit) ? null : biasInit);
      refuse(layer, "gainInit", Double.isNaN(gainInit) ? null : gainInit);
    }

    private static void refuse(SequenceLayer<?> layer, String option, Object value) {
      if (value != null) {
        throw layer.invalid(option, value, "not set; this layer has no such option (see its spec)");
      }
    }
  }
}
