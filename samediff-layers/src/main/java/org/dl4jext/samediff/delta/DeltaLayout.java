package org.dl4jext.samediff.delta;

import java.util.ArrayList;
import java.util.List;
import org.dl4jext.samediff.TensorShape;

/**
 * Where the parts of a delta layer stand in its parameters and states.
 *
 * <p>Parameters: {@code W} [nIn,F], one concatenated projection whose columns are, in order,
 *
 * <pre>
 *   q [H*K] | k [n*H*K] | v [n*HV*V] | b [n*HV] | a [HV] | g [HV*V]
 * </pre>
 *
 * (the micro-step is the slowest index inside k, v and b; b, a and g only where the spec has them);
 * {@code Wc} [C,W] and {@code bc} [C], the taps of the convolution over the C channels q|k|v, last
 * tap for the current step; {@code A} [HV] and {@code dt} [HV] of the decay g = -exp(A) softplus(a
 * + dt); {@code Wn} [V], gain of the RMS norm; {@code Wo} [HV*V,nOut].
 *
 * <p>States: {@code S} [HV,K,V]; {@code conv} [W-1,C], the last projected inputs, oldest first
 * (only for W > 1).
 */
public final class DeltaLayout {

  private final DeltaSpec spec;
  private final long inputSize;
  private final long outputSize;

  /**
   * @param spec the options
   * @param inputSize nIn
   * @param outputSize nOut
   */
  public DeltaLayout(DeltaSpec spec, long inputSize, long outputSize) {
    if (inputSize <= 0 || outputSize <= 0) {
      throw new IllegalArgumentException(
          "delta layer: nIn and nOut must be positive, got " + inputSize + " and " + outputSize);
    }
    this.spec = spec;
    this.inputSize = inputSize;
    this.outputSize = outputSize;
  }

  public DeltaSpec spec() {
    return spec;
  }

  public int inputSize() {
    return Math.toIntExact(inputSize);
  }

  public int outputSize() {
    return Math.toIntExact(outputSize);
  }

  /** H*K, width of q in a row of the projection; q starts at column 0. */
  public int querySize() {
    return spec.heads() * spec.keySize();
  }

  /** First column of k. */
  public int keyColumn() {
    return querySize();
  }

  /** First column of v. */
  public int valueColumn() {
    return keyColumn() + spec.householders() * querySize();
  }

  /** HV*V, width of one micro-step's values and of the read. */
  public int readSize() {
    return spec.valueHeads() * spec.valueSize();
  }

  /** C, number of leading columns that the convolution and the activations act on: q, k and v. */
  public int channels() {
    return valueColumn() + spec.householders() * readSize();
  }

  /** First column of the projection of beta. */
  public int betaColumn() {
    return channels();
  }

  /** First column of the projection of the forget gate. */
  public int forgetColumn() {
    return betaColumn() + (spec.learnedBeta() ? spec.householders() * spec.valueHeads() : 0);
  }

  /** First column of the projection of the output gate. */
  public int gateColumn() {
    return forgetColumn() + (spec.forgetGate() ? spec.valueHeads() : 0);
  }

  /** F, number of columns of the projection. */
  public int columns() {
    return gateColumn() + (spec.outputGate() ? readSize() : 0);
  }

  /** Elements of the state S of one example. */
  public int stateSize() {
    return spec.valueHeads() * spec.keySize() * spec.valueSize();
  }

  /** The parameters, in the order in which a unit takes them. */
  public List<TensorShape> parameters() {
    List<TensorShape> all = new ArrayList<>();
    all.add(TensorShape.weight("W", inputSize, columns()));
    if (spec.convolutionWidth() > 0) {
      all.add(TensorShape.weight("Wc", channels(), spec.convolutionWidth()));
      if (spec.convolutionBias()) {
        all.add(TensorShape.bias("bc", channels()));
      }
    }
    if (spec.forgetGate()) {
      all.add(TensorShape.bias("A", spec.valueHeads()));
      all.add(TensorShape.bias("dt", spec.valueHeads()));
    }
    if (spec.outputNorm()) {
      all.add(TensorShape.bias("Wn", spec.valueSize()));
    }
    all.add(TensorShape.weight("Wo", readSize(), outputSize));
    return List.copyOf(all);
  }

  /** The states, in the order in which a unit takes them. */
  public List<TensorShape> states() {
    TensorShape s = TensorShape.state("S", spec.valueHeads(), spec.keySize(), spec.valueSize());
    return spec.convolutionWidth() > 1
        ? List.of(s, TensorShape.state("conv", spec.convolutionWidth() - 1, channels()))
        : List.of(s);
  }
}
