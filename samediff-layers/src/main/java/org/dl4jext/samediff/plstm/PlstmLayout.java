package org.dl4jext.samediff.plstm;

import java.util.ArrayList;
import java.util.List;
import org.dl4jext.samediff.TensorShape;

/**
 * Names and shapes of the parameters and states of a pLSTM layer on sequences.
 *
 * <p>For each of source, eigenvalues, inRotation, outRotation, mark, direct, query, key and value a
 * bias {@code ..B} of the shape of the gate and a weight {@code ..W} of its slices; {@code convW}
 * [nIn,taps] whose last tap meets the current step and {@code convB} [nIn]; {@code normG} [H,DV
 * JO]; {@code passG} [nIn]; {@code outW} [nOut,H DV JO]. States: {@code state} [H,DK,DV,JT] and,
 * with a convolution of more than one tap, {@code window} [taps-1,nIn], the last inputs, the oldest
 * first.
 */
public final class PlstmLayout extends PlstmLayerLayout {

  static final String LAYER = "pLSTM";

  private final PlstmSpec spec;
  private final PlstmMaps convolved;
  private final PlstmMaps raw;

  /**
   * @param spec the options
   * @param inputSize nIn
   * @param outputSize nOut
   * @throws IllegalArgumentException if the sizes do not fit the spec
   */
  public PlstmLayout(PlstmSpec spec, long inputSize, long outputSize) {
    super(
        LAYER,
        inputSize,
        outputSize,
        spec.heads(),
        spec.head(),
        spec.subHeadsQkv(),
        spec.subHeadsStm());
    this.spec = spec;
    if (spec.passthrough() && inputSize != outputSize) {
      throw new IllegalArgumentException(
          LAYER + ": passthrough is true; allowed: false where nIn and nOut differ");
    }
    List<PlstmMap> all = maps();
    convolved = new PlstmMaps(all.subList(0, all.size() - 1));
    raw = new PlstmMaps(all.subList(all.size() - 1, all.size()));
  }

  /** All maps, that of the values last. */
  private List<PlstmMap> maps() {
    PlstmHead head = spec.head();
    int heads = spec.heads();
    int s = spec.subHeadsStm();
    boolean gates = spec.gateWeights() == PlstmGateWeights.ALL;
    boolean transition = spec.gateWeights() != PlstmGateWeights.NONE;
    List<PlstmMap> maps = new ArrayList<>();
    maps.add(PlstmMap.gate("source", inputSize, heads, s, gates, head.source()));
    PlstmMaps.addTransition(maps, "", inputSize, heads, s, head.stateSize(), transition);
    maps.add(PlstmMap.gate("mark", inputSize, heads, s, gates, head.mark()));
    maps.add(PlstmMap.gate("direct", inputSize, heads, s, gates, head.direct()));
    PlstmMaps.addProjections(maps, head, inputSize, heads, spec.subHeadsQkv());
    return maps;
  }

  public PlstmSpec spec() {
    return spec;
  }

  /** The maps that read the convolved input. */
  PlstmMaps convolved() {
    return convolved;
  }

  /** The map that reads the input itself: the values. */
  PlstmMaps raw() {
    return raw;
  }

  /** Place of the maps' parameters. */
  int firstMap() {
    return spec.convolution() > 0 ? 2 : 0;
  }

  /** Place of normG; passG, if there is one, and outW follow. */
  int norm() {
    return firstMap() + convolved.shapes().size() + raw.shapes().size();
  }

  int passthrough() {
    return norm() + 1;
  }

  int output() {
    return norm() + (spec.passthrough() ? 2 : 1);
  }

  /** The parameters, in the order in which a unit takes them. */
  public List<TensorShape> parameters() {
    List<TensorShape> all = new ArrayList<>();
    if (spec.convolution() > 0) {
      all.add(TensorShape.weight("convW", inputSize, spec.convolution()));
      all.add(TensorShape.bias("convB", inputSize));
    }
    all.addAll(convolved.shapes());
    all.addAll(raw.shapes());
    all.add(normGain());
    if (spec.passthrough()) {
      all.add(TensorShape.bias("passG", inputSize));
    }
    all.add(outputWeight());
    return List.copyOf(all);
  }

  /** Steps that a convolution looks back. */
  int lookback() {
    return Math.max(0, spec.convolution() - 1);
  }

  /** The states, in the order in which a unit takes them. */
  public List<TensorShape> states() {
    PlstmHead h = spec.head();
    TensorShape state =
        TensorShape.state("state", spec.heads(), h.keySize(), h.valueSize(), h.stateSize());
    return lookback() == 0
        ? List.of(state)
        : List.of(state, TensorShape.state("window", lookback(), inputSize));
  }
}
