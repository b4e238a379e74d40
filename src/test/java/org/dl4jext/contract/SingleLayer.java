package org.dl4jext.contract;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The first layer of a MultiLayerNetwork, called directly and outside workspaces. */
final class SingleLayer {

  private static final LayerWorkspaceMgr MGR = LayerWorkspaceMgr.noWorkspaces();
  private static final double STEP = 1e-6;

  private final Layer layer;

  SingleLayer(TestNet net) {
    net.multiLayer().initGradientsView();
    layer = net.layer(0);
  }

  Layer layer() {
    return layer;
  }

  RecurrentLayer recurrent() {
    return (RecurrentLayer) layer;
  }

  INDArray forward(INDArray x, INDArray mask, boolean training) {
    layer.setMaskArray(mask);
    return layer.activate(x, training, MGR);
  }

  /** Forward pass of a segment from the stored state. */
  INDArray segment(INDArray x, INDArray mask, boolean store) {
    layer.setMaskArray(mask);
    return recurrent().rnnActivateUsingStoredState(x, true, store, MGR);
  }

  Pair<Gradient, INDArray> backward(INDArray epsilon) {
    return layer.backpropGradient(epsilon, MGR);
  }

  /** Sum of the outputs times weights, plus what the layer adds to the score of the batch. */
  double loss(INDArray y, INDArray weights) {
    double sum = 0;
    double[] a = ArrayAssertions.flat(y);
    double[] b = ArrayAssertions.flat(weights);
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum + layer.calcRegularizationScore(true) * y.size(0);
  }

  /** A scalar function of nothing, so that finite differences may change what it reads. */
  interface Loss {
    double value();
  }

  /** Central finite differences by every element of an array. */
  static INDArray differences(INDArray array, Loss loss) {
    INDArray result = array.castTo(DataType.DOUBLE).dup('c');
    for (long i = 0; i < array.length(); i++) {
      long[] at = org.nd4j.linalg.api.shape.Shape.ind2subC(array.shape(), i);
      double value = array.getDouble(at);
      array.putScalar(at, value + STEP);
      double above = loss.value();
      array.putScalar(at, value - STEP);
      double below = loss.value();
      array.putScalar(at, value);
      result.putScalar(at, (above - below) / (2 * STEP));
    }
    return result;
  }
}
