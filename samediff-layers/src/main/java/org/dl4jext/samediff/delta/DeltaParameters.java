package org.dl4jext.samediff.delta;

import java.util.List;
import org.dl4jext.samediff.TensorShape;

/** The parameters of a delta layer as Java arrays; null where the spec has none. */
final class DeltaParameters {

  final double[][] w;
  final double[][] taps;
  final double[] tapBias;
  final double[] decayRate;
  final double[] decayBias;
  final double[] normGain;
  final double[][] wo;

  /**
   * @param tensors one for each of {@link DeltaLayout#parameters()}
   */
  DeltaParameters(DeltaLayout layout, List<DoubleTensor> tensors) {
    List<String> names = layout.parameters().stream().map(TensorShape::name).toList();
    w = matrix(names, tensors, "W");
    taps = matrix(names, tensors, "Wc");
    tapBias = vector(names, tensors, "bc");
    decayRate = vector(names, tensors, "A");
    decayBias = vector(names, tensors, "dt");
    normGain = vector(names, tensors, "Wn");
    wo = matrix(names, tensors, "Wo");
  }

  /** Zeros of the sizes of a layout. */
  static DeltaParameters zeros(DeltaLayout layout) {
    return new DeltaParameters(
        layout, layout.parameters().stream().map(p -> DoubleTensor.zeros(p.toArray())).toList());
  }

  /** The values in the order of {@link DeltaLayout#parameters()}. */
  List<DoubleTensor> tensors(DeltaLayout layout) {
    return layout.parameters().stream().map(this::tensor).toList();
  }

  private DoubleTensor tensor(TensorShape shape) {
    DoubleTensor tensor = DoubleTensor.zeros(shape.toArray());
    switch (shape.name()) {
      case "W" -> tensor.addMatrix(w);
      case "Wc" -> tensor.addMatrix(taps);
      case "bc" -> tensor.addRow(tapBias);
      case "A" -> tensor.addRow(decayRate);
      case "dt" -> tensor.addRow(decayBias);
      case "Wn" -> tensor.addRow(normGain);
      case "Wo" -> tensor.addMatrix(wo);
      default -> throw new IllegalStateException("delta layer: unknown parameter " + shape.name());
    }
    return tensor;
  }

  private static double[][] matrix(List<String> names, List<DoubleTensor> tensors, String name) {
    int i = names.indexOf(name);
    return i < 0 ? null : tensors.get(i).matrix();
  }

  private static double[] vector(List<String> names, List<DoubleTensor> tensors, String name) {
    int i = names.indexOf(name);
    return i < 0 ? null : tensors.get(i).row();
  }
}
