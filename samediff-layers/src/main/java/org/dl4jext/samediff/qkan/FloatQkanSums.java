package org.dl4jext.samediff.qkan;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/** Gradients of {@link FloatQkanCircuits}, summed over the rows that one worker has seen. */
final class FloatQkanSums {

  final float[] startX;
  final float[] startY;
  final float[] startZ;
  final float[][] weight;
  final float[][] shift;
  final float[][] rotation;
  final float[] phi;
  final float[] base;
  final float[] output;

  FloatQkanSums(QkanLayout layout, int encodings) {
    int edges = layout.edges();
    startX = new float[edges];
    startY = new float[edges];
    startZ = new float[edges];
    weight = new float[encodings][edges];
    shift = new float[encodings][edges];
    rotation = new float[encodings][edges];
    phi = new float[edges];
    base = new float[edges];
    output = new float[layout.outputSize()];
  }

  void clear() {
    for (float[] part : new float[][] {startX, startY, startZ, phi, base, output}) {
      Arrays.fill(part, 0);
    }
    for (int l = 0; l < weight.length; l++) {
      Arrays.fill(weight[l], 0);
      Arrays.fill(shift[l], 0);
      Arrays.fill(rotation[l], 0);
    }
  }

  static double sum(FloatQkanSums[] all, ToDoubleFunction<FloatQkanSums> part) {
    double sum = 0;
    for (FloatQkanSums one : all) {
      sum += part.applyAsDouble(one);
    }
    return sum;
  }
}
