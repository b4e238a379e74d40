package org.dl4jext.recurrent.arbiter;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.deeplearning4j.arbiter.layers.LayerSpace;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.BooleanSpace;
import org.deeplearning4j.arbiter.optimize.parameter.FixedValue;
import org.deeplearning4j.arbiter.optimize.parameter.continuous.ContinuousParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.integer.IntegerParameterSpace;
import org.deeplearning4j.arbiter.util.LeafUtils;
import org.dl4jext.recurrent.SequenceLayer;

/**
 * The space of the options of any layer of this library, for {@code MultiLayerSpace} and {@code
 * ComputationGraphSpace} beside Arbiter's own spaces.
 *
 * <p>It starts from a layer; each component of its spec, its output size and its dropout may be a
 * space. A candidate whose values do not go together is refused when it is generated, with the
 * layer's own words: see {@link ValidCandidates}.
 *
 * <p>Not for use by several threads while indices are being set; afterwards it does not change.
 *
 * @param <L> the layer
 */
public class SequenceLayerSpace<L extends SequenceLayer<?>> extends LayerSpace<L> {

  private SequenceLayer<?> layer;
  private Map<String, ParameterSpace<?>> options = new TreeMap<>();
  private ParameterSpace<Integer> nOut;

  /** For JSON. */
  protected SequenceLayerSpace() {}

  private SequenceLayerSpace(Builder<L> builder) {
    super(builder);
    layer = builder.layer;
    options = new TreeMap<>(builder.options);
    nOut = builder.nOut;
    numParameters = LeafUtils.countUniqueParameters(collectLeaves());
  }

  /**
   * The space around a layer.
   *
   * @param layer what every candidate has where no space says otherwise
   */
  public static <L extends SequenceLayer<?>> Builder<L> of(L layer) {
    return new Builder<>(layer);
  }

  /**
   * The layer of a candidate.
   *
   * @throws org.deeplearning4j.exception.DL4JInvalidConfigException if values do not go together
   */
  @Override
  @SuppressWarnings("unchecked")
  public L getValue(double[] values) {
    Map<String, Object> chosen = new LinkedHashMap<>();
    options.forEach((name, space) -> chosen.put(name, space.getValue(values)));
    long size = nOut == null ? layer.getNOut() : nOut.getValue(values);
    SequenceLayer<?> made = layer.with(size, SpecComponents.changes(layer.getSpec(), chosen));
    if (dropOut != null) {
      made.setIDropout(dropOut.getValue(values));
    }
    return (L) made;
  }

  @Override
  @SuppressWarnings("rawtypes") // as Arbiter declares it
  public Map<String, ParameterSpace> getNestedSpaces() {
    Map<String, ParameterSpace> nested = super.getNestedSpaces();
    nested.putAll(options);
    return nested;
  }

  @Override
  public String toString() {
    return "SequenceLayerSpace("
        + layer.getClass().getSimpleName()
        + ", nOut "
        + (nOut == null ? layer.getNOut() : nOut)
        + (dropOut == null ? "" : ", " + dropOut)
        + ", "
        + options
        + ")";
  }

  /**
   * Builds a {@link SequenceLayerSpace}.
   *
   * @param <L> the layer
   */
  @SuppressWarnings("unchecked") // of the generic build() that Arbiter declares
  public static final class Builder<L extends SequenceLayer<?>>
      extends LayerSpace.Builder<Builder<L>> {

    private L layer;
    private final Map<String, ParameterSpace<?>> options = new TreeMap<>();
    private ParameterSpace<Integer> nOut;

    private Builder(L layer) {
      this.layer = layer;
    }

    /**
     * Lets a component of the spec vary.
     *
     * @param name of the component; a dot leads into a spec within the spec
     * @throws IllegalArgumentException if there is no such component, or the values of the space
     *     are not of its type
     */
    public Builder<L> option(String name, ParameterSpace<?> space) {
      Class<?> type = SpecComponents.typeOf(layer.getSpec().getClass(), name);
      Object single = single(space);
      if (single != null) {
        return option(name, single);
      }
      if (!SpecComponents.isSimple(type)) {
        throw new IllegalArgumentException(
            name
                + " is a "
                + type.getSimpleName()
                + "; only numbers, true and false, and enums can vary, or a fixed value be given");
      }
      samples(space).forEach(value -> SpecComponents.convert(name, type, value));
      options.put(name, space);
      return this;
    }

    /**
     * Fixes a component of the spec.
     *
     * @throws IllegalArgumentException if there is no such component, or the value is not allowed
     */
    public Builder<L> option(String name, Object value) {
      Map<String, Object> changes = SpecComponents.changes(layer.getSpec(), Map.of(name, value));
      layer = (L) layer.with(layer.getNOut(), changes);
      options.remove(name);
      return this;
    }

    /** Lets the output size vary. */
    public Builder<L> nOut(ParameterSpace<Integer> space) {
      nOut = space;
      return this;
    }

    /** Lets the probability that an input is kept vary, from above 0 to 1. */
    public Builder<L> keepProbability(ParameterSpace<Double> space) {
      return iDropOut(new KeepProbabilitySpace(space));
    }

    /** Arbiter's grid search miscounts a discrete space of one value, which is a fixed value. */
    private static Object single(ParameterSpace<?> space) {
      if (space instanceof FixedValue<?> fixed) {
        return fixed.getValue();
      }
      if (space instanceof DiscreteParameterSpace<?> discrete && discrete.numValues() == 1) {
        return value(discrete, 0);
      }
      return null;
    }

    /** Values that stand for all of a space; none where Arbiter does not show them. */
    private static List<Object> samples(ParameterSpace<?> space) {
      if (space instanceof DiscreteParameterSpace<?> discrete) {
        int count = discrete.numValues();
        return IntStream.range(0, count).mapToObj(i -> value(discrete, (i + 0.5) / count)).toList();
      }
      if (space instanceof IntegerParameterSpace range) {
        return Arrays.asList(range.getMin(), range.getMax());
      }
      if (space instanceof ContinuousParameterSpace) {
        return List.of(0.5);
      }
      return space instanceof BooleanSpace ? List.of(true, false) : List.of();
    }

    /** Sets the index of the space, which a generator sets again. */
    private static Object value(DiscreteParameterSpace<?> space, double at) {
      space.setIndices(0);
      return space.getValue(new double[] {at});
    }

    @Override
    public SequenceLayerSpace<L> build() {
      return new SequenceLayerSpace<>(this);
    }
  }
}
