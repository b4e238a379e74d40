package org.dl4jext.samediff.delta;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;

/**
 * Taps and bias of the short convolution, and their gradients for each example, laid out by
 * segments: the query heads, then key micro-step 0 of all heads, and so on, then the values in the
 * same way. Each segment has rows padded to whole vectors.
 */
final class FloatDeltaChannels {

  private final DeltaLayout layout;
  private final int width;
  private final int keySegments;
  private final int keyRow;
  private final int valueRow;
  private final int total;

  final float[] taps;
  final float[] bias;
  float[][] dTaps = new float[0][];
  float[][] dBias = new float[0][];

  FloatDeltaChannels(DeltaLayout layout, FloatBlocks blocks) {
    this.layout = layout;
    DeltaSpec spec = layout.spec();
    width = spec.convolutionWidth();
    keySegments = spec.heads() * (1 + spec.householders());
    keyRow = blocks.padded(spec.keySize());
    valueRow = blocks.padded(spec.valueSize());
    total = keySegments * keyRow + spec.valueHeads() * spec.householders() * valueRow;
    taps = new float[total * width];
    bias = spec.convolutionBias() ? new float[total] : null;
  }

  /** Index of query head h among the segments of keys. */
  static int query(int head) {
    return head;
  }

  /** Index of a head's key of a micro-step among the segments of keys. */
  int key(int head, int microStep) {
    return (1 + microStep) * layout.spec().heads() + head;
  }

  /** Index of a head's value of a micro-step among the segments of values. */
  int value(int head, int microStep) {
    return microStep * layout.spec().valueHeads() + head;
  }

  /** First column of a segment of keys (or queries) in the projection. */
  int keyColumn(int segment) {
    return segment * layout.spec().keySize();
  }

  /** First column of a segment of values in the projection. */
  int valueColumn(int segment) {
    return layout.valueColumn() + segment * layout.spec().valueSize();
  }

  /** Where the bias of a segment of keys starts; its taps start at {@code width} times that. */
  int keyOffset(int segment) {
    return segment * keyRow;
  }

  /** The same for a segment of values. */
  int valueOffset(int segment) {
    return keySegments * keyRow + segment * valueRow;
  }

  /** Takes the parameters Wc [C,W] and bc [C]. */
  void load(float[] given, float[] givenBias) {
    forEachChannel(
        (channel, offset, lane, row) -> {
          for (int j = 0; j < width; j++) {
            taps[offset * width + j * row + lane] = given[channel * width + j];
          }
          if (bias != null) {
            bias[offset + lane] = givenBias[channel];
          }
        });
  }

  /** Zeroes the gradients. */
  void clear(int examples) {
    if (dTaps.length < examples) {
      dTaps = Arrays.copyOf(dTaps, examples);
      dBias = Arrays.copyOf(dBias, examples);
    }
    for (int i = 0; i < examples; i++) {
      dTaps[i] = FloatHostArrays.ensure(dTaps[i], taps.length);
      Arrays.fill(dTaps[i], 0);
      if (bias != null) {
        dBias[i] = FloatHostArrays.ensure(dBias[i], total);
        Arrays.fill(dBias[i], 0);
      }
    }
  }

  /** Sums the gradients of all examples into arrays of the shapes of Wc and bc. */
  void sum(int examples, float[] to, float[] toBias) {
    forEachChannel(
        (channel, offset, lane, row) -> {
          for (int j = 0; j < width; j++) {
            float sum = 0;
            for (int i = 0; i < examples; i++) {
              sum += dTaps[i][offset * width + j * row + lane];
            }
            to[channel * width + j] = sum;
          }
          if (bias != null) {
            float sum = 0;
            for (int i = 0; i < examples; i++) {
              sum += dBias[i][offset + lane];
            }
            toBias[channel] = sum;
          }
        });
  }

  private interface Channel {
    void at(int channel, int offset, int lane, int row);
  }

  private void forEachChannel(Channel action) {
    DeltaSpec spec = layout.spec();
    for (int s = 0; s < keySegments; s++) {
      for (int i = 0; i < spec.keySize(); i++) {
        action.at(keyColumn(s) + i, keyOffset(s), i, keyRow);
      }
    }
    for (int s = 0; s < spec.valueHeads() * spec.householders(); s++) {
      for (int i = 0; i < spec.valueSize(); i++) {
        action.at(valueColumn(s) + i, valueOffset(s), i, valueRow);
      }
    }
  }
}
