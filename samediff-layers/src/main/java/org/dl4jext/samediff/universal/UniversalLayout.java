package org.dl4jext.samediff.universal;

import java.util.ArrayList;
import java.util.List;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.SpecOption;
import org.dl4jext.samediff.TensorShape;

/**
 * Names and shapes of the parameters and states of a Universal Transformer.
 *
 * <p>With D the width (nOut), F the hidden size of the transition and N steps: {@code Win} [nIn,D]
 * where nIn is not D; {@code Wq, Wk, Wv, Wo} [D,D], head h in channels h D/H and on; {@code
 * ln1Gain, ln1Bias} [D]; with a memory of Dm channels {@code Mq} [D,D], {@code Mk, Mv} [Dm,D],
 * {@code Mo} [D,D], {@code lnmGain, lnmBias}; {@code W1} [D,F], {@code b1}, {@code W2} [F,D],
 * {@code b2}; {@code ln2Gain, ln2Bias}; pre-norm: {@code lnfGain, lnfBias}; halting: {@code Wp}
 * [D,1], {@code bp} [1]; learned signals: {@code stepEmbedding} [N,D], {@code positionEmbedding}
 * [maxLength,D].
 *
 * <p>States of a causal layer: {@code keys} and {@code values} [N,maxLength,D] of each step, the
 * oldest first and zeros behind the last; {@code count} [1], positions seen so far.
 */
public final class UniversalLayout {

  /** Places of the states. */
  static final int KEYS = 0;

  static final int VALUES = 1;
  static final int COUNT = 2;

  private final UniversalSpec spec;
  private final int inputSize;
  private final int width;
  private final int memorySize;
  private final List<TensorShape> parameters;

  /** A layer without a memory. */
  public UniversalLayout(UniversalSpec spec, long inputSize, long width) {
    this(spec, inputSize, width, 0);
  }

  /**
   * A layer that may attend to a memory.
   *
   * @param memorySize channels of the memory; 0 for none
   * @throws IllegalArgumentException if the heads do not divide the width
   */
  public UniversalLayout(UniversalSpec spec, long inputSize, long width, long memorySize) {
    SpecOption.requireIn("UniversalLayout", "nIn", inputSize, 1, UniversalSpec.MAX_SIZE);
    SpecOption.requireIn("UniversalLayout", "nOut", width, 1, UniversalSpec.MAX_SIZE);
    SpecOption.requireIn("UniversalLayout", "memory size", memorySize, 0, UniversalSpec.MAX_SIZE);
    if (width % spec.heads() != 0) {
      throw SpecOption.invalid(
          "UniversalLayout", "heads", spec.heads(), "a divisor of nOut (" + width + ")");
    }
    this.spec = spec;
    this.inputSize = (int) inputSize;
    this.width = (int) width;
    this.memorySize = (int) memorySize;
    parameters = List.copyOf(describe());
  }

  private List<TensorShape> describe() {
    List<TensorShape> all = new ArrayList<>();
    if (projects()) {
      all.add(TensorShape.weight("Win", inputSize, width));
    }
    for (String name : List.of("Wq", "Wk", "Wv", "Wo")) {
      all.add(TensorShape.weight(name, width, width));
    }
    norm(all, "ln1");
    if (memorySize > 0) {
      all.add(TensorShape.weight("Mq", width, width));
      all.add(TensorShape.weight("Mk", memorySize, width));
      all.add(TensorShape.weight("Mv", memorySize, width));
      all.add(TensorShape.weight("Mo", width, width));
      norm(all, "lnm");
    }
    all.add(TensorShape.weight("W1", width, innerSize()));
    all.add(TensorShape.bias("b1", innerSize()));
    all.add(TensorShape.weight("W2", innerSize(), width));
    all.add(TensorShape.bias("b2", width));
    norm(all, "ln2");
    if (spec.norm() == NormPlacement.PRE) {
      norm(all, "lnf");
    }
    if (spec.halts()) {
      all.add(TensorShape.weight("Wp", width, 1));
      all.add(TensorShape.bias("bp", 1));
    }
    if (spec.stepTiming() == TimingSignal.LEARNED) {
      all.add(TensorShape.bias("stepEmbedding", spec.maxSteps(), width));
    }
    if (spec.positionTiming() == TimingSignal.LEARNED) {
      all.add(TensorShape.bias("positionEmbedding", spec.maxLength(), width));
    }
    return all;
  }

  private void norm(List<TensorShape> all, String name) {
    all.add(TensorShape.bias(name + "Gain", width));
    all.add(TensorShape.bias(name + "Bias", width));
  }

  public UniversalSpec spec() {
    return spec;
  }

  public int inputSize() {
    return inputSize;
  }

  /** D, size of the state and of the output. */
  public int width() {
    return width;
  }

  /** Channels of the memory; 0 for none. */
  public int memorySize() {
    return memorySize;
  }

  /** F, hidden size of the transition. */
  public int innerSize() {
    return spec.innerSize() == 0 ? 4 * width : spec.innerSize();
  }

  /** Attention, perhaps attention to a memory, transition. */
  int sublayers() {
    return memorySize > 0 ? 3 : 2;
  }

  /** Names of the norms of the sublayers, then of the last one. */
  String[] norms() {
    return memorySize > 0
        ? new String[] {"ln1", "lnm", "ln2", "lnf"}
        : new String[] {"ln1", "ln2", "lnf"};
  }

  int headSize() {
    return width / spec.heads();
  }

  /** Whether a projection brings the input to the width. */
  boolean projects() {
    return inputSize != width;
  }

  /** The parameters, in the order in which a unit takes them. */
  public List<TensorShape> parameters() {
    return parameters;
  }

  /** The states, in the order in which a unit takes them; none where it is not causal. */
  public List<TensorShape> states() {
    return streams()
        ? List.of(
            TensorShape.state("keys", spec.maxSteps(), spec.maxLength(), width),
            TensorShape.state("values", spec.maxSteps(), spec.maxLength(), width),
            TensorShape.state("count", 1))
        : List.of();
  }

  /** Whether the layer carries caches. */
  boolean streams() {
    return spec.causal() && spec.padding() == Padding.ABSENT;
  }

  /** Place of a parameter among the parameters. */
  int index(String name) {
    for (int i = 0; i < parameters.size(); i++) {
      if (parameters.get(i).name().equals(name)) {
        return i;
      }
    }
    throw new IllegalArgumentException("no parameter " + name);
  }

  /** Place of the first state among the inputs of a unit. */
  int firstState() {
    return LayerUnit.FIRST_PARAMETER + parameters.size();
  }

  /** Place of the memory among the inputs of a unit; its mask comes next. */
  int memory() {
    return firstState() + states().size();
  }
}
