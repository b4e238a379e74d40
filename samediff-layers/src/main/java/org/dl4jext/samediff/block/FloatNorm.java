package org.dl4jext.samediff.block;

import org.dl4jext.samediff.kernel.FloatMath;
import org.nd4j.linalg.api.buffer.DataType;

/** RMS norm and layer norm on Java arrays. */
final class FloatNorm extends FloatRowUnit {

  private final NormSpec spec;
  private final int size;

  FloatNorm(NormSpec spec, long size, DataType dataType) {
    super(RowLayout.of(spec, size), dataType);
    this.spec = spec;
    this.size = Math.toIntExact(size);
  }

  @Override
  void forward(int rows, float[] x, float[][] parameters, float[] y) {
    for (int row = 0; row < rows; row++) {
      forwardRow(spec, size, x, row * size, parameters, y);
    }
  }

  static void forwardRow(
      NormSpec spec, int size, float[] x, int from, float[][] parameters, float[] y) {
    float mean = spec.centred() ? mean(size, x, from) : 0;
    float rate = rate(spec, size, x, from, mean);
    for (int i = 0; i < size; i++) {
      y[from + i] = (x[from + i] - mean) * rate;
    }
    if (spec.gain()) {
      float[] gain = parameters[0];
      for (int i = 0; i < size; i++) {
        y[from + i] *= gain[i];
      }
    }
    if (spec.bias()) {
      float[] bias = parameters[parameters.length - 1];
      for (int i = 0; i < size; i++) {
        y[from + i] += bias[i];
      }
    }
  }

  @Override
  void backward(
      int rows, float[] x, float[][] parameters, float[] dy, float[] dx, float[][] gradients) {
    for (float[] gradient : gradients) {
      java.util.Arrays.fill(gradient, 0);
    }
    for (int row = 0; row < rows; row++) {
      backwardRow(x, row * size, parameters, dy, dx, gradients);
    }
  }

  private void backwardRow(
      float[] x, int from, float[][] parameters, float[] dy, float[] dx, float[][] gradients) {
    float mean = spec.centred() ? mean(size, x, from) : 0;
    float rate = rate(spec, size, x, from, mean);
    float sum = 0;
    float dot = 0;
    for (int i = 0; i < size; i++) {
      float z = (x[from + i] - mean) * rate;
      float dz = dy[from + i];
      if (spec.gain()) {
        gradients[0][i] += dz * z;
        dz *= parameters[0][i];
      }
      if (spec.bias()) {
        gradients[gradients.length - 1][i] += dy[from + i];
      }
      dx[from + i] = dz;
      sum += dz;
      dot += dz * z;
    }
    float shift = spec.centred() ? sum / size : 0;
    float slope = dot / size * rate;
    for (int i = 0; i < size; i++) {
      dx[from + i] = (dx[from + i] - shift - (x[from + i] - mean) * slope) * rate;
    }
  }

  private static float mean(int size, float[] x, int from) {
    float sum = 0;
    for (int i = 0; i < size; i++) {
      sum += x[from + i];
    }
    return sum / size;
  }

  private static float rate(NormSpec spec, int size, float[] x, int from, float mean) {
    float sum = 0;
    for (int i = 0; i < size; i++) {
      float centred = x[from + i] - mean;
      sum += centred * centred;
    }
    return FloatMath.of(1 / Math.sqrt(sum / size + spec.eps()));
  }
}
