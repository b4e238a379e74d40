package org.dl4jext.samediff.plstm;

import static org.dl4jext.samediff.plstm.PlstmGridSpec.ORIENTATIONS;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatMath;
import org.dl4jext.samediff.kernel.FloatProduct;
import org.dl4jext.samediff.kernel.HostThreads;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A pLSTM layer on grids in the {@code HOST} execution: products over all cells, and for each
 * example and head a walk in each orientation. {@link PlstmGridLayerReference} is its slow form.
 */
final class FloatPlstmGridLayer extends PlstmGridLayerUnit {

  private final PlstmHead head;
  private final int heads;
  private final FloatBlocks blocks = FloatBlocks.best();
  private final FloatHostArrays host = new FloatHostArrays();
  private final FloatPlstmProjection projection;
  private final FloatPlstmGridGates gates;
  private final FloatPlstmReadout readout;
  private final FloatPlstmWalks walks;
  private final float[][] p;
  private float[] x;
  private float[] y;
  private float[] mask;
  private boolean kept;

  FloatPlstmGridLayer(PlstmGridLayout layout) {
    super(layout, FloatMath.TYPE);
    PlstmGridSpec spec = layout.spec();
    head = spec.head();
    heads = spec.heads();
    FloatProduct product = FloatProduct.of(blocks, HostThreads.configured());
    projection = new FloatPlstmProjection(layout.maps(), layout.inputSize(), blocks, product);
    gates = new FloatPlstmGridGates(layout, projection);
    readout =
        new FloatPlstmReadout(
            heads, head.outputLength(), layout.outputSize(), spec.normEps(), blocks, product);
    walks = new FloatPlstmWalks(head, layout.scale());
    p = new float[layout.parameters().size()][];
  }

  private PlstmCoreArrays lane() {
    return new PlstmCoreArrays(type, 1, width, height, true, head);
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    requireForward(inputs, outputs);
    kept = false;
    for (int i = 0; i < p.length; i++) {
      p[i] = FloatHostArrays.ensure(p[i], inputs[FIRST_PARAMETER + i].length());
      host.read(inputs[FIRST_PARAMETER + i], p[i], 0);
    }
    projection.set(p, 0);
    int examples = Math.toIntExact(inputs[0].size(0));
    int count = examples * width * height;
    x = FloatHostArrays.ensure(x, inputs[0].length());
    host.read(inputs[0], x, 0);
    mask = inputs[1] == null ? null : FloatHostArrays.copy(inputs[1]);
    clearMasked(x, layout.inputSize(), count);
    projection.forward(count, x);
    gates.forward(count, mask);
    readout.begin(count);
    PlstmCoreArrays lane = lane();
    int block = FloatPlstmWalk.block(width, 0);
    int saved = Math.toIntExact(FloatPlstmWalk.savedLength(lane, block));
    walks.reserve(keep ? (long) saved * examples * heads * ORIENTATIONS : 0);
    walks.run(
        examples * heads,
        (long) ORIENTATIONS * width * height,
        (walk, i) -> {
          float[] border = new float[height * head.stateLength()];
          for (int o = 0; o < ORIENTATIONS; o++) {
            Arrays.fill(border, 0);
            walk.forward(
                lane,
                lane(i, o, false),
                block,
                border,
                0,
                keep ? walks.saved : null,
                (i * ORIENTATIONS + o) * saved);
          }
        });
    y = FloatHostArrays.ensure(y, (long) count * layout.outputSize());
    readout.forward(count, p[layout.norm()], p[layout.norm() + 1], y);
    if (outputs[0] != null) {
      host.write(y, 0, outputs[0]);
    }
    kept = keep;
  }

  private void clearMasked(float[] values, int size, int count) {
    for (int r = 0; mask != null && r < count; r++) {
      if (mask[r] == 0) {
        Arrays.fill(values, r * size, (r + 1) * size, 0);
      }
    }
  }

  private FloatPlstmLane lane(int lane, int orientation, boolean gradients) {
    int row = lane / heads * width * height;
    int h = lane % heads;
    FloatPlstmField[] in = gates.fields(row, h, orientation, gradients);
    boolean flipX = (orientation & 1) != 0;
    boolean flipY = (orientation & 2) != 0;
    return new FloatPlstmLane(in, readout.field(row, h), flipX, flipY);
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    arrays.requireBackward(kept, inputs, outputGradients, inputGradients);
    kept = false;
    int examples = Math.toIntExact(inputs[0].size(0));
    int count = examples * width * height;
    float[][] d = new float[p.length][];
    for (int i = 0; i < d.length; i++) {
      d[i] = new float[Math.toIntExact(layout.parameters().get(i).length())];
    }
    if (outputGradients[0] == null) {
      Arrays.fill(y, 0, count * layout.outputSize(), 0);
    } else {
      host.read(outputGradients[0], y, 0);
    }
    clearMasked(y, layout.outputSize(), count);
    readout.backward(
        count, p[layout.norm()], p[layout.norm() + 1], y, d[layout.norm()], d[layout.norm() + 1]);
    projection.clearGradients(count);
    gates.clearGradients(count);
    PlstmCoreArrays lane = lane();
    int block = FloatPlstmWalk.block(width, 0);
    int saved = Math.toIntExact(FloatPlstmWalk.savedLength(lane, block));
    walks.run(
        examples * heads,
        2L * ORIENTATIONS * width * height,
        (walk, i) -> {
          float[] border = new float[height * head.stateLength()];
          for (int o = 0; o < ORIENTATIONS; o++) {
            Arrays.fill(border, 0);
            walk.backward(
                lane,
                lane(i, o, false),
                lane(i, o, true).in(),
                block,
                walks.saved,
                (i * ORIENTATIONS + o) * saved,
                border,
                0);
          }
        });
    gates.backward(count);
    clearMasked(projection.gradients, projection.width(), count);
    float[] dx = new float[count * layout.inputSize()];
    projection.backward(count, x, dx, d, 0);
    if (inputGradients[0] != null) {
      host.write(dx, 0, inputGradients[0]);
    }
    for (int i = 0; i < d.length; i++) {
      if (inputGradients[FIRST_PARAMETER + i] != null) {
        host.write(d[i], 0, inputGradients[FIRST_PARAMETER + i]);
      }
    }
  }
}
