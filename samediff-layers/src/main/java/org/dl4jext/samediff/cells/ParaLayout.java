package org.dl4jext.samediff.cells;

import java.util.ArrayList;
import java.util.List;
import org.dl4jext.samediff.TensorShape;

/**
 * Where the parts of a layer with diagonal recurrence stand in its parameters and states.
 *
 * <p>With n outputs and H heads: {@code W} [nIn, 3*n/H], {@code A} [3,n], {@code b} [3*n], and for
 * the LSTM {@code C} [2,n]. Row {@code h nIn/H + i}, column {@code g n/H + j} of W carries input i
 * of head h to element {@code h n/H + j} of gate g, and that gate's element of b stands at {@code g
 * n + h n/H + j}. Order of the gates: GRU z, r, h; LSTM f, o, c; rows of C: f, o.
 *
 * <p>States: h [n], and c [n] of the LSTM.
 */
public final class ParaLayout {

  private final ParaSpec spec;
  private final int inputSize;
  private final int outputSize;

  /**
   * @param spec the options
   * @param inputSize nIn, a multiple of the number of heads
   * @param outputSize nOut, a multiple of the number of heads
   */
  public ParaLayout(ParaSpec spec, long inputSize, long outputSize) {
    if (inputSize <= 0
        || outputSize <= 0
        || inputSize % spec.heads() != 0
        || outputSize % spec.heads() != 0) {
      throw new IllegalArgumentException(
          "Para"
              + spec.kind()
              + " layer: nIn and nOut are "
              + inputSize
              + " and "
              + outputSize
              + "; allowed: positive multiples of heads ("
              + spec.heads()
              + ")");
    }
    this.spec = spec;
    this.inputSize = Math.toIntExact(inputSize);
    this.outputSize = Math.toIntExact(outputSize);
  }

  public ParaSpec spec() {
    return spec;
  }

  public ParaKind kind() {
    return spec.kind();
  }

  public int inputSize() {
    return inputSize;
  }

  /** n. */
  public int outputSize() {
    return outputSize;
  }

  /** nIn / H. */
  public int headInputs() {
    return inputSize / spec.heads();
  }

  /** n / H. */
  public int headSize() {
    return outputSize / spec.heads();
  }

  /** The parameters, in the order in which a unit takes them. */
  public List<TensorShape> parameters() {
    List<TensorShape> all =
        new ArrayList<>(
            List.of(
                TensorShape.weight("W", inputSize, (long) ParaKind.GATES * headSize()),
                TensorShape.weight("A", ParaKind.GATES, outputSize),
                TensorShape.bias("b", (long) ParaKind.GATES * outputSize)));
    if (kind().peepholes() > 0) {
      all.add(TensorShape.weight("C", kind().peepholes(), outputSize));
    }
    return List.copyOf(all);
  }

  /** The states, in the order in which a unit takes them. */
  public List<TensorShape> states() {
    return kind().states().stream().map(name -> TensorShape.state(name, outputSize)).toList();
  }
}
