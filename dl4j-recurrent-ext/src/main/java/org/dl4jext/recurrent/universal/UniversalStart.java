package org.dl4jext.recurrent.universal;

import org.dl4jext.recurrent.ParameterFill;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.universal.UniversalSpec;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How the parameters start: matrices uniform as Glorot has it, gains 1, learned signals normal with
 * deviation 1/sqrt(width), the halting bias as the spec says, other biases 0.
 */
final class UniversalStart {

  private UniversalStart() {}

  static void fill(TensorShape parameter, UniversalSpec spec, long width, INDArray view) {
    if (parameter.role() == TensorShape.Role.WEIGHT) {
      long both = parameter.shape().get(0) + parameter.shape().get(1);
      ParameterFill.uniform(view, Math.sqrt(6.0 / both));
    } else if (parameter.name().endsWith("Embedding")) {
      ParameterFill.normal(view, 1 / Math.sqrt((double) width));
    } else if (parameter.name().endsWith("Gain")) {
      view.assign(1);
    } else {
      view.assign(parameter.name().equals("bp") ? spec.haltingBias() : 0);
    }
  }
}
