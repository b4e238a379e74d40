package org.dl4jext.recurrent.plstm;

import org.dl4jext.recurrent.ParameterFill;
import org.dl4jext.samediff.TensorShape;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How the parameters of pLSTM layers start: gates nearly closed and the same at every position,
 * transitions nearly open (tanh(5) = 0.9999), orientations spread over the heads, projections
 * normal with deviation sqrt(2/(5 fan-in)). Rotations of matrix transitions are normal with
 * deviation 1, a choice made here.
 */
final class PlstmInitialization {

  private PlstmInitialization() {}

  /**
   * Fills a parameter.
   *
   * @param gates bias of sources and marks
   * @param direct bias of the direct gate
   * @param fanIn inputs of an output of a projection
   */
  static void fill(
      TensorShape parameter, INDArray view, double gates, double direct, double fanIn) {
    String name = parameter.name();
    if (isProjection(name)) {
      ParameterFill.normal(view, Math.sqrt(2 / (5 * fanIn)));
    } else if (name.startsWith("conv")) {
      double taps = parameter.shape().get(parameter.shape().size() - 1);
      ParameterFill.uniform(view, name.equals("convW") ? 1 / Math.sqrt(taps) : 0.5);
    } else if (name.equals("normG") || name.equals("passG") || isBiasOf("eigenvalues", name)) {
      view.assign(1);
    } else if (isBiasOf("inRotation", name) || isBiasOf("outRotation", name)) {
      ParameterFill.normal(view, 1);
    } else if (isBiasOf("source", name) || isBiasOf("mark", name)) {
      view.assign(gates);
    } else if (isBiasOf("direct", name)) {
      view.assign(direct);
    } else if (name.equals("orientationB")) {
      orientations(view);
    } else {
      view.assign(0);
    }
  }

  private static boolean isProjection(String name) {
    return name.equals("queryW")
        || name.equals("keyW")
        || name.equals("valueW")
        || name.equals("outW");
  }

  private static boolean isBiasOf(String map, String name) {
    return name.startsWith(map) && name.endsWith("B");
  }

  /** From -2 to 2 over the heads of each row [4,H]. */
  private static void orientations(INDArray view) {
    long heads = view.size(1);
    for (long o = 0; o < view.size(0); o++) {
      for (long h = 0; h < heads; h++) {
        view.putScalar(new long[] {o, h}, heads == 1 ? 0 : -2 + 4.0 * h / (heads - 1));
      }
    }
  }
}
