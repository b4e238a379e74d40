package org.dl4jext.samediff.plstm;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatMath;
import org.dl4jext.samediff.kernel.FloatRowProduct;
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
  private final MaskedRows rows = new MaskedRows();
  private final FloatPlstmStages stages;
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
    head = layout.spec().head();
    heads = layout.spec().heads();
    FloatBlocks blocks = FloatBlocks.forSteps();
    stages = new FloatPlstmStages(layout, blocks, new FloatRowProduct(blocks));
    walk = new FloatPlstmWalk(head, FloatMath.of(layout.scale()));
    one = new PlstmCoreArrays(FloatMath.TYPE, 1, 1, 1, false, head);
    p = new float[parameters.length][];
    Arrays.setAll(p, i -> FloatHostArrays.copy(parameters[i]));
    stages.set(p);
    rows.setAll(streams, 1);
    z = new float[streams * layout.inputSize()];
    state = new float[streams * heads * head.stateLength()];
    window = new float[streams * layout.lookback() * layout.inputSize()];
    lanes = lanes();
  }

  /** The lanes look at arrays that a first pass over zeros allocates for good. */
  private FloatPlstmLane[] lanes() {
    stages.begin(streams, z, z);
    FloatPlstmLane[] all = new FloatPlstmLane[streams * heads];
    Arrays.setAll(all, i -> stages.lane(i / heads, i % heads, false));
    return all;
  }

  @Override
  public int streams() {
    return streams;
  }

  @Override
  public void step(float[] x, float[] y) {
    if (stages.convolution == null) {
      System.arraycopy(x, 0, z, 0, streams * layout.inputSize());
    } else {
      stages.convolution.forward(rows, streams, x, window, p[0], p[1], z);
    }
    stages.begin(streams, z, x);
    for (int i = 0; i < lanes.length; i++) {
      walk.forward(one, lanes[i], 1, state, i * head.stateLength(), null, 0);
    }
    stages.finish(streams, p, z, y);
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
