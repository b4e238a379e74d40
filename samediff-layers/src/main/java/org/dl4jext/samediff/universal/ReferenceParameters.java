package org.dl4jext.samediff.universal;

import java.util.HashMap;
import java.util.Map;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.ReferenceArrays;
import org.dl4jext.samediff.TensorShape;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Parameters by name in double precision, and the sums of their gradients. */
final class ReferenceParameters {

  private final UniversalLayout layout;
  private final Map<String, double[]> values = new HashMap<>();
  private final Map<String, double[]> gradients = new HashMap<>();

  ReferenceParameters(UniversalLayout layout, INDArray[] inputs) {
    this.layout = layout;
    for (int i = 0; i < layout.parameters().size(); i++) {
      String name = layout.parameters().get(i).name();
      double[] flat = ReferenceArrays.flat(inputs[LayerUnit.FIRST_PARAMETER + i]);
      values.put(name, flat);
      gradients.put(name, new double[flat.length]);
    }
  }

  double[] vector(String name) {
    return values.get(name);
  }

  double[][] matrix(String name) {
    TensorShape shape = layout.parameters().get(layout.index(name));
    return ReferenceMatrix.rows(values.get(name), Math.toIntExact(shape.shape().get(1)));
  }

  double[] gradient(String name) {
    return gradients.get(name);
  }

  /** Overwrites the wanted gradients. */
  void write(INDArray[] inputGradients) {
    for (int i = 0; i < layout.parameters().size(); i++) {
      ReferenceArrays.write(
          gradients.get(layout.parameters().get(i).name()),
          inputGradients[LayerUnit.FIRST_PARAMETER + i]);
    }
  }
}
