package org.dl4jext.zoo.golden;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.delta.DeltaLayout;
import org.dl4jext.samediff.delta.DeltaSpec;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Translates the arrays of a layer's case, one for each projection, to the parameters of {@link
 * DeltaLayout}, which joins them, and back.
 */
final class DeltaLayerArrays {

  private final GoldenCase c;
  private final DeltaLayout layout;
  private final List<Piece> pieces = new ArrayList<>();

  /**
   * @throws GoldenFormatException if an array that the options ask for is missing or has another
   *     shape
   */
  DeltaLayerArrays(GoldenCase c, DeltaLayout layout) {
    this.c = c;
    this.layout = layout;
    DeltaSpec spec = layout.spec();
    int keys = layout.querySize();
    int values = layout.readSize();
    int n = spec.householders();
    projection("q_proj.weight", 0, keys);
    projection("k_proj.weight", layout.keyColumn(), n * keys);
    projection("v_proj.weight", layout.valueColumn(), n * values);
    projection("b_proj.weight", layout.betaColumn(), n * spec.valueHeads());
    if (spec.convolutionWidth() > 0) {
      convolution("q", 0, keys);
      convolution("k", layout.keyColumn(), n * keys);
      convolution("v", layout.valueColumn(), n * values);
    }
    if (spec.forgetGate()) {
      projection("a_proj.weight", layout.forgetColumn(), spec.valueHeads());
      piece("A_log", "A", 0, 0, false, spec.valueHeads());
      piece("dt_bias", "dt", 0, 0, false, spec.valueHeads());
    }
    if (spec.outputGate()) {
      projection("g_proj.weight", layout.gateColumn(), values);
    }
    piece("o_norm.weight", "Wn", 0, 0, false, spec.valueSize());
    piece("o_proj.weight", "Wo", 0, 0, true, layout.outputSize(), values);
  }

  private void projection(String golden, int column, int width) {
    piece(golden, "W", 0, column, true, width, layout.inputSize());
  }

  private void convolution(String which, int channel, int width) {
    DeltaSpec spec = layout.spec();
    piece(which + "_conv1d.weight", "Wc", channel, 0, false, width, 1, spec.convolutionWidth());
    if (spec.convolutionBias()) {
      piece(which + "_conv1d.bias", "bc", channel, 0, false, width);
    }
  }

  private void piece(
      String golden, String parameter, int row, int column, boolean transposed, long... shape) {
    c.input(golden, shape);
    pieces.add(new Piece(golden, shape, parameter, row, column, transposed));
  }

  /** The parameters in the order of the layout. */
  Map<String, INDArray> parameters(DataType type) {
    Map<String, INDArray> parameters = new HashMap<>();
    for (TensorShape tensor : layout.parameters()) {
      double[] values = new double[Math.toIntExact(tensor.length())];
      for (Piece piece : pieces) {
        if (piece.parameter.equals(tensor.name())) {
          double[] from = c.inputs().get(piece.golden).values();
          for (int i = 0; i < from.length; i++) {
            values[piece.index(i, tensor)] = from[i];
          }
        }
      }
      parameters.put(tensor.name(), Nd4j.create(values, tensor.toArray(), type));
    }
    return parameters;
  }

  /** The gradients of the case's arrays, from those of the parameters. */
  Map<String, GoldenArray> split(Map<String, INDArray> gradients) {
    Map<String, GoldenArray> split = new HashMap<>();
    for (TensorShape tensor : layout.parameters()) {
      double[] from = GoldenArray.of(gradients.get(tensor.name())).values();
      for (Piece piece : pieces) {
        if (piece.parameter.equals(tensor.name())) {
          double[] values = new double[c.inputs().get(piece.golden).values().length];
          for (int i = 0; i < values.length; i++) {
            values[i] = from[piece.index(i, tensor)];
          }
          split.put(piece.golden, GoldenArray.real(values, piece.shape));
        }
      }
    }
    return split;
  }

  /** A block of a parameter that is an array of its own in a case. */
  private record Piece(
      String golden, long[] shape, String parameter, int row, int column, boolean transposed) {

    /** Where element i of the golden array stands in the parameter. */
    int index(int i, TensorShape tensor) {
      int goldenColumns = (int) (Arrays.stream(shape).reduce(1, (a, b) -> a * b) / shape[0]);
      int columns = (int) (tensor.length() / tensor.shape().get(0));
      int r = i / goldenColumns;
      int k = i % goldenColumns;
      return transposed ? (row + k) * columns + column + r : (row + r) * columns + column + k;
    }
  }
}
