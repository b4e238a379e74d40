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
public final class PlstmGridLayout {

  static final String LAYER = "pLSTM 2D";

  private final PlstmGridSpec spec;
  private final int inputSize;
  private final int outputSize;
  private final PlstmMaps maps;

  /**
   * @param spec the options
   * @param inputSize nIn
   * @param outputSize nOut
   * @throws IllegalArgumentException if the sizes do not fit the spec
   */
  public PlstmGridLayout(PlstmGridSpec spec, long inputSize, long outputSize) {
    if (inputSize < 1 || outputSize < 1) {
      throw new IllegalArgumentException(
          LAYER + ": nIn and nOut are " + inputSize + " and " + outputSize + "; allowed: positive");
    }
    this.spec = spec;
    this.inputSize = Math.toIntExact(inputSize);
    this.outputSize = Math.toIntExact(outputSize);
    PlstmMaps.requireSlices(LAYER, "subHeadsQkv", spec.subHeadsQkv(), this.inputSize);
    PlstmMaps.requireSlices(LAYER, "subHeadsStm", spec.subHeadsStm(), this.inputSize);
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

  public int inputSize() {
    return inputSize;
  }

  public int outputSize() {
    return outputSize;
  }

  PlstmMaps maps() {
    return maps;
  }

  /** Elements of all heads before the last projection. */
  int joinedSize() {
    return spec.heads() * spec.head().outputLength();
  }

  /** Factor on the reads. */
  double scale() {
    return 1 / Math.sqrt(spec.keySize());
  }

  /** Place of normG; outW follows. */
  int norm() {
    return maps.shapes().size();
  }

  /** The parameters, in the order in which a unit takes them. */
  public List<TensorShape> parameters() {
    List<TensorShape> all = new ArrayList<>(maps.shapes());
    all.add(TensorShape.bias("normG", spec.heads(), spec.head().outputLength()));
    all.add(TensorShape.weight("outW", outputSize, joinedSize()));
    return List.copyOf(all);
  }
}
