package org.dl4jext.samediff.plstm;

import java.util.ArrayList;
import java.util.List;
import org.dl4jext.samediff.TensorShape;

/**
 * Names and shapes of the parameters of a pLSTM layer on grids.
 *
 * <p>Biases {@code ..B} and weights {@code ..W} as in {@link PlstmLayout}. P-mode: orientation,
 * source, eigenvalues (with inRotation, outRotation), mark; D-mode: sourceRight, sourceDown,
 * eigenvaluesRight, eigenvaluesDown, eigenvaluesCross, markLeft, markUp; both: direct, query, key,
 * value, {@code normG}, {@code outW}. Gates of a mode have 4 H heads, of which 4 h + o belongs to
 * head h and orientation o.
 */
public final class PlstmGridLayout extends PlstmLayerLayout {

  static final String LAYER = "pLSTM 2D";

  private final PlstmGridSpec spec;
  private final PlstmMaps maps;

  /**
   * @param spec the options
   * @param inputSize nIn
   * @param outputSize nOut
   * @throws IllegalArgumentException if the sizes do not fit the spec
   */
  public PlstmGridLayout(PlstmGridSpec spec, long inputSize, long outputSize) {
    super(
        LAYER,
        inputSize,
        outputSize,
        spec.heads(),
        spec.head(),
        spec.subHeadsQkv(),
        spec.subHeadsStm());
    this.spec = spec;
    maps = new PlstmMaps(list());
  }

  private List<PlstmMap> list() {
    PlstmHead head = spec.head();
    int gates = PlstmGridSpec.ORIENTATIONS * spec.heads();
    int s = spec.subHeadsStm();
    boolean weighted = spec.gateWeights() == PlstmGateWeights.ALL;
    boolean transition = spec.gateWeights() != PlstmGateWeights.NONE;
    List<PlstmMap> list = new ArrayList<>();
    if (isP()) {
      list.add(PlstmMap.orientation(inputSize, spec.heads(), transition, spec.orientationScale()));
    }
    for (String suffix : sources()) {
      list.add(PlstmMap.gate("source" + suffix, inputSize, gates, s, weighted, head.source()));
    }
    for (String suffix : transitions()) {
      PlstmMaps.addTransition(list, suffix, inputSize, gates, s, head.stateSize(), transition);
    }
    for (String suffix : marks()) {
      list.add(PlstmMap.gate("mark" + suffix, inputSize, gates, s, weighted, head.mark()));
    }
    list.add(
        PlstmMap.gate("direct", inputSize, spec.heads(), 1, spec.directWeight(), head.direct()));
    PlstmMaps.addProjections(list, head, inputSize, spec.heads(), spec.subHeadsQkv());
    return list;
  }

  boolean isP() {
    return spec.mode() == PlstmMode.P;
  }

  /** Suffixes of the sources, in the order right, down. */
  List<String> sources() {
    return isP() ? List.of("") : List.of("Right", "Down");
  }

  /** Suffixes of the transitions, in the order to right, to down, across. */
  List<String> transitions() {
    return isP() ? List.of("") : List.of("Right", "Down", "Cross");
  }

  /** Suffixes of the marks, in the order left, up. */
  List<String> marks() {
    return isP() ? List.of("") : List.of("Left", "Up");
  }

  public PlstmGridSpec spec() {
    return spec;
  }

  PlstmMaps maps() {
    return maps;
  }

  /** Place of normG; outW follows. */
  int norm() {
    return maps.shapes().size();
  }

  /** The parameters, in the order in which a unit takes them. */
  public List<TensorShape> parameters() {
    List<TensorShape> all = new ArrayList<>(maps.shapes());
    all.add(normGain());
    all.add(outputWeight());
    return List.copyOf(all);
  }
}
