package org.dl4jext.samediff.universal;

import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatMath;

/** Position and step signals as tables of rows; the fixed ones are kept from pass to pass. */
final class FloatUniversalTiming {

  private final FloatBlocks blocks;
  private final int width;
  private final TimingSignal positions;
  private final TimingSignal steps;
  private final float root;
  private float[] positionTable = new float[0];
  private float[] stepTable = new float[0];

  FloatUniversalTiming(FloatBlocks blocks, UniversalLayout layout) {
    this.blocks = blocks;
    width = layout.width();
    positions = layout.spec().positionTiming();
    steps = layout.spec().stepTiming();
    root = FloatMath.of(Math.sqrt(width));
    if (steps == TimingSignal.SINUSOID) {
      stepTable = sinusoids(stepTable, layout.spec().maxSteps());
    }
  }

  /** Makes the tables current: for positions below a number, and for new learned rows. */
  void prepare(FloatUniversalParameters weights, int length) {
    if (positions == TimingSignal.SINUSOID && positionTable.length < length * width) {
      positionTable = sinusoids(positionTable, Math.max(length, 2 * positionTable.length / width));
    } else if (positions == TimingSignal.LEARNED) {
      positionTable = weights.positions;
    }
    if (steps == TimingSignal.LEARNED) {
      stepTable = weights.steps;
    }
  }

  private float[] sinusoids(float[] known, int rows) {
    float[] table = java.util.Arrays.copyOf(known, rows * width);
    for (int i = known.length / width; i < rows; i++) {
      double[] row = SinusoidTiming.row(i, width);
      for (int j = 0; j < width; j++) {
        table[i * width + j] = FloatMath.of(row[j]);
      }
    }
    return table;
  }

  /** Adds both signals to a row. */
  void add(int step, int position, float[] s, int at) {
    add(steps, stepTable, step, s, at);
    add(positions, positionTable, position, s, at);
  }

  private void add(TimingSignal signal, float[] table, int row, float[] s, int at) {
    if (signal != TimingSignal.NONE) {
      float factor = signal == TimingSignal.LEARNED ? root : 1;
      blocks.addScaled(width, factor, table, row * width, s, at);
    }
  }

  /** Adds what a row's gradient gives to those of the learned signals. */
  void addGradient(FloatUniversalParameters gradients, int step, int position, float[] ds, int at) {
    if (steps == TimingSignal.LEARNED) {
      blocks.addScaled(width, root, ds, at, gradients.steps, step * width);
    }
    if (positions == TimingSignal.LEARNED) {
      blocks.addScaled(width, root, ds, at, gradients.positions, position * width);
    }
  }
}
