package org.dl4jext.samediff.cells;

import java.util.ArrayList;
import java.util.List;
import org.dl4jext.samediff.TensorShape;

/**
 * Where the parts of a head-wise layer stand in its parameters and states.
 *
 * <p>With n = H D outputs: {@code W} [nIn, gates*n], {@code RW} [n, gates*D] and {@code b}
 * [gates*n]. Column {@code (g H + h) D + d} of W, and that element of b, belong to element d of
 * head h of gate g; row {@code h D + p}, column {@code g D + d} of RW carries output p of head h to
 * element d of the same head. So one head has the shapes of DL4J's LSTM.
 *
 * <p>Order of the gates: LSTM z, f, o, i (that of DL4J's LSTM); sLSTM i, f, z, o; GRU W r, z, n; RW
 * g, r, z; b g, r, z, n.
 *
 * <p>States: one [n] for each of {@link CellKind#states()}.
 */
public final class CellLayout {

  private static final List<String> DL4J_LSTM = List.of("z", "f", "o", "i");

  private final CellSpec spec;
  private final int inputSize;
  private final int outputSize;

  /**
   * @param spec the options
   * @param inputSize nIn
   * @param outputSize nOut, a multiple of the number of heads
   */
  public CellLayout(CellSpec spec, long inputSize, long outputSize) {
    if (inputSize <= 0 || outputSize <= 0 || outputSize % spec.heads() != 0) {
      throw new IllegalArgumentException(
          spec.kind()
              + " layer: nIn and nOut are "
              + inputSize
              + " and "
              + outputSize
              + "; allowed: positive, and nOut a multiple of heads ("
              + spec.heads()
              + ")");
    }
    this.spec = spec;
    this.inputSize = Math.toIntExact(inputSize);
    this.outputSize = Math.toIntExact(outputSize);
  }

  public CellSpec spec() {
    return spec;
  }

  public CellKind kind() {
    return spec.kind();
  }

  public int inputSize() {
    return inputSize;
  }

  /** n = H D. */
  public int outputSize() {
    return outputSize;
  }

  /** D, elements of a head. */
  public int headSize() {
    return outputSize / spec.heads();
  }

  /** Place of a gate of {@link CellKind#gateNames()} in the parameters of a layer. */
  public int place(int gate) {
    return kind() == CellKind.LSTM ? DL4J_LSTM.indexOf(kind().gateNames().get(gate)) : gate;
  }

  /** The parameters, in the order in which a unit takes them. */
  public List<TensorShape> parameters() {
    CellKind kind = kind();
    return List.of(
        TensorShape.weight("W", inputSize, (long) kind.inputGates() * outputSize),
        TensorShape.weight("RW", outputSize, (long) kind.recurrentGates() * headSize()),
        TensorShape.bias("b", (long) kind.gates() * outputSize));
  }

  /** The states, in the order in which a unit takes them. */
  public List<TensorShape> states() {
    List<TensorShape> states = new ArrayList<>();
    for (String name : kind().states()) {
      states.add(TensorShape.state(name, outputSize));
    }
    return List.copyOf(states);
  }
}
