package org.dl4jext.samediff.block;

import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatMath;
import org.dl4jext.samediff.kernel.FloatVectorProduct;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One step of {@code y = f(x W + b)}. */
public final class FloatDense extends FloatStatelessStep {

  private static final FloatBlocks BLOCKS = FloatBlocks.forSteps();

  private final int inputSize;
  private final int outputSize;
  private final float[][] w;
  private final float[] bias;
  private final float[] row;
  private final DenseActivation activation;

  /**
   * A step of a dense layer.
   *
   * @param w [nIn,nOut]; copied
   * @param bias nOut elements, copied; or null
   * @param streams at least 1
   */
  public FloatDense(INDArray w, INDArray bias, DenseActivation activation, int streams) {
    super(streams);
    inputSize = Math.toIntExact(w.size(0));
    outputSize = Math.toIntExact(w.size(1));
    this.w = FloatVectorProduct.rows(copy(new INDArray[] {w})[0], inputSize, outputSize);
    row = new float[outputSize];
    this.bias = bias == null ? new float[outputSize] : copy(new INDArray[] {bias})[0];
    this.activation = activation;
  }

  @Override
  public void step(float[] x, float[] y) {
    for (int s = 0; s < streams(); s++) {
      System.arraycopy(bias, 0, row, 0, outputSize);
      FloatVectorProduct.add(outputSize, x, s * inputSize, w, row);
      System.arraycopy(row, 0, y, s * outputSize, outputSize);
      activate(y, s * outputSize);
    }
  }

  private void activate(float[] y, int from) {
    int to = from + outputSize;
    switch (activation) {
      case IDENTITY -> {}
      case SOFTMAX -> softmax(y, from, to);
      case SIGMOID -> BLOCKS.sigmoid(outputSize, y, from, y, from);
      case SWISH -> BLOCKS.silu(outputSize, y, from, y, from);
      case RELU -> {
        for (int i = from; i < to; i++) {
          y[i] = Math.max(y[i], 0);
        }
      }
      case TANH -> {
        for (int i = from; i < to; i++) {
          y[i] = FloatMath.of(Math.tanh(y[i]));
        }
      }
      case SOFTPLUS -> {
        for (int i = from; i < to; i++) {
          y[i] = FloatMath.softplus(y[i]);
        }
      }
      case ELU -> {
        for (int i = from; i < to; i++) {
          y[i] = y[i] > 0 ? y[i] : FloatMath.of(Math.expm1(y[i]));
        }
      }
      case LEAKY_RELU -> {
        for (int i = from; i < to; i++) {
          y[i] = y[i] > 0 ? y[i] : FloatMath.of(0.01 * y[i]);
        }
      }
      default -> throw new IllegalStateException("no activation " + activation);
    }
  }

  private static void softmax(float[] y, int from, int to) {
    float max = y[from];
    for (int i = from + 1; i < to; i++) {
      max = Math.max(max, y[i]);
    }
    float sum = 0;
    for (int i = from; i < to; i++) {
      y[i] = FloatMath.exp(y[i] - max);
      sum += y[i];
    }
    for (int i = from; i < to; i++) {
      y[i] /= sum;
    }
  }
}
