package org.dl4jext.samediff.plstm;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatMath;
import org.dl4jext.samediff.kernel.FloatStepKernel;
import org.dl4jext.samediff.kernel.MaskedRows;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Steps a pLSTM layer: the parts of {@link FloatPlstmLayer} on one step of every stream, without
 * allocation.
 */
final class FloatPlstmStepKernel implements FloatStepKernel {

  private final PlstmLayout layout;
  private final PlstmHead head;
  private final int heads;
  private final int streams;
  private final FloatBlocks blocks = FloatBlocks.forSteps();
  private final MaskedRows rows = new MaskedRows();
  private final FloatPlstmProjection gates;
  private final FloatPlstmProjection values;
  private final FloatPlstmTransition transition;
  private final FloatPlstmConvolution convolution;
  private final FloatPlstmReadout readout;
  private final FloatPlstmWalk walk;
  private final PlstmCoreArrays one;
  private final FloatPlstmLane[] lanes;
  private final float[][] p;
  private final float[] z;

  /** [streams,H,JT,DK,DV]. */
  private final float[] state;

  /** [streams,taps-1,nIn]. */
  private final float[] window;

  FloatPlstmStepKernel(PlstmLayout layout, INDArray[] parameters, int streams) {
    this.layout = layout;
    this.streams = streams;
    PlstmSpec spec = layout.spec();
    head = spec.head();
    heads = spec.heads();
    gates =
        new FloatPlstmProjection(layout.convolved(), layout.inputSize(), blocks, this::multiply);
    values = new FloatPlstmProjection(layout.raw(), layout.inputSize(), blocks, this::multiply);
    transition =
        new FloatPlstmTransition(
            gates, "", heads, head.stateSize(), spec.eigenvalueFactor(), spec.expmOrder());
    convolution =
        spec.convolution() == 0
            ? null
            : new FloatPlstmConvolution(layout.inputSize(), spec.convolution());
    readout =
        new FloatPlstmReadout(
            heads,
            head.outputLength(),
            layout.outputSize(),
            spec.normEps(),
            blocks,
            this::multiply);
    walk = new FloatPlstmWalk(head, FloatMath.of(layout.scale()));
    one = new PlstmCoreArrays(FloatMath.TYPE, 1, 1, 1, false, head);
    p = new float[parameters.length][];
    Arrays.setAll(p, i -> FloatHostArrays.copy(parameters[i]));
    gates.set(p, layout.firstMap());
    values.set(p, layout.firstMap() + layout.convolved().shapes().size());
    rows.setAll(streams, 1);
    z = new float[streams * layout.inputSize()];
    state = new float[streams * heads * head.stateLength()];
    window = new float[streams * layout.lookback() * layout.inputSize()];
    lanes = lanes();
  }

  /** The lanes look at arrays that a first pass over zeros allocates for good. */
  private FloatPlstmLane[] lanes() {
    gates.forward(streams, z);
    values.forward(streams, z);
    transition.forward(streams);
    readout.begin(streams);
    FloatPlstmLane[] all = new FloatPlstmLane[streams * heads];
    Arrays.setAll(
        all,
        i ->
            FloatPlstmLayer.lane(
                gates, values, transition, readout, i / heads, i % heads, heads, false));
    return all;
  }

  /** Few rows: each of them by itself, along the axis of B that is contiguous. */
  private void multiply(
      int m,
      int n,
      int k,
      float[] a,
      int aRow,
      int aColumn,
      float[] b,
      int bRow,
      int bColumn,
      float[] c,
      int cRow,
      boolean accumulate) {
    for (int i = 0; i < m; i++) {
      if (!accumulate) {
        Arrays.fill(c, i * cRow, i * cRow + n, 0);
      }
      if (bColumn == 1) {
        for (int l = 0; l < k; l++) {
          blocks.addScaled(n, a[i * aRow + l * aColumn], b, l * bRow, c, i * cRow);
        }
      } else {
        for (int j = 0; j < n; j++) {
          c[i * cRow + j] += blocks.dot(k, a, i * aRow, b, j * bColumn);
        }
      }
    }
  }

  @Override
  public int streams() {
    return streams;
  }

  @Override
  public void step(float[] x, float[] y) {
    int size = layout.inputSize();
    if (convolution == null) {
      System.arraycopy(x, 0, z, 0, streams * size);
    } else {
      convolution.forward(rows, streams, x, window, p[0], p[1], z);
    }
    gates.forward(streams, z);
    values.forward(streams, x);
    gates.sigmoid("source", streams);
    gates.sigmoid("mark", streams);
    gates.sigmoid("direct", streams);
    transition.forward(streams);
    readout.begin(streams);
    for (int i = 0; i < lanes.length; i++) {
      walk.forward(one, lanes[i], 1, state, i * head.stateLength(), null, 0);
    }
    readout.forward(streams, p[layout.norm()], p[layout.output()], y);
    if (layout.spec().passthrough()) {
      for (int s = 0; s < streams; s++) {
        blocks.addTimes(size, p[layout.passthrough()], 0, z, s * size, y, s * size);
      }
    }
  }

  /** Copies the state [streams,H,DK,DV,JT] out of or into [streams,H,JT,DK,DV]. */
  private void copyState(float[] outside, boolean in) {
    int pairs = head.keySize() * head.valueSize();
    for (int lane = 0; lane < streams * heads; lane++) {
      int at = lane * head.stateLength();
      for (int j = 0; j < head.stateSize(); j++) {
        for (int i = 0; i < pairs; i++) {
          int inside = at + j * pairs + i;
          int given = at + i * head.stateSize() + j;
          if (in) {
            state[inside] = outside[given];
          } else {
            outside[given] = state[inside];
          }
        }
      }
    }
  }

  @Override
  public void readState(int index, float[] to) {
    if (index == 0) {
      copyState(to, false);
    } else {
      System.arraycopy(window, 0, to, 0, window.length);
    }
  }

  @Override
  public void writeState(int index, float[] from) {
    if (index == 0) {
      copyState(from, true);
    } else {
      System.arraycopy(from, 0, window, 0, window.length);
    }
  }

  @Override
  public void reset(int stream) {
    int states = heads * head.stateLength();
    Arrays.fill(state, stream * states, (stream + 1) * states, 0);
    int past = layout.lookback() * layout.inputSize();
    Arrays.fill(window, stream * past, (stream + 1) * past, 0);
  }
}
