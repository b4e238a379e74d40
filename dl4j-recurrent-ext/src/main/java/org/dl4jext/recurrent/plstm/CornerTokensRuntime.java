package org.dl4jext.recurrent.plstm;

import java.util.Arrays;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.AbstractLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The runtime of {@link CornerTokens}. */
final class CornerTokensRuntime extends AbstractLayer<CornerTokens> {

  private static final long serialVersionUID = 1L;

  private static final double EPS = 1e-6;
  private static final int CORNERS = 4;

  CornerTokensRuntime(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  /** The cells of one corner [N,C]. */
  private static INDArray corner(INDArray image, int corner) {
    long row = corner / 2 == 0 ? 0 : image.size(2) - 1;
    long column = corner % 2 == 0 ? 0 : image.size(3) - 1;
    return image.get(
        NDArrayIndex.all(),
        NDArrayIndex.all(),
        NDArrayIndex.point(row),
        NDArrayIndex.point(column));
  }

  private static INDArray part(INDArray all, int corner) {
    long channels = all.size(1) / CORNERS;
    return all.get(
        NDArrayIndex.all(), NDArrayIndex.interval(corner * channels, (corner + 1) * channels));
  }

  /** 1 / rms of each row [N,1]. */
  private static INDArray rate(INDArray rows) {
    INDArray square = rows.mul(rows).mean(1).reshape(rows.size(0), 1);
    return Transforms.sqrt(square.addi(EPS), false).rdivi(1);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr mgr) {
    assertInputSet(false);
    if (input.rank() != 4) {
      throw new DL4JInvalidInputException(
          "CornerTokens: input has shape "
              + Arrays.toString(input.shape())
              + "; allowed: [N, C, H, W] "
              + layerId());
    }
    long channels = input.size(1);
    INDArray y =
        mgr.createUninitialized(ArrayType.ACTIVATIONS, dataType, input.size(0), CORNERS * channels);
    for (int i = 0; i < CORNERS; i++) {
      INDArray x = corner(input, i).dup('c');
      part(y, i).assign(x.mulColumnVector(rate(x)));
    }
    return y;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr mgr) {
    assertInputSet(true);
    INDArray dx = mgr.create(ArrayType.ACTIVATION_GRAD, dataType, input.shape(), 'c');
    for (int i = 0; i < CORNERS; i++) {
      INDArray x = corner(input, i).dup('c');
      INDArray rate = rate(x);
      INDArray z = x.mulColumnVector(rate);
      INDArray dz = part(epsilon, i).dup('c');
      INDArray dot = dz.mul(z).mean(1).reshape(x.size(0), 1);
      corner(dx, i).addi(dz.sub(z.mulColumnVector(dot)).muliColumnVector(rate));
    }
    return new Pair<>(new DefaultGradient(), dx);
  }

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArray(
      INDArray mask, MaskState state, int minibatchSize) {
    return new Pair<>(null, state);
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }

  @Override
  public void clearNoiseWeightParams() {
    // There are no weights.
  }
}
