package org.dl4jext.samediff.plstm;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatMath;
import org.dl4jext.samediff.kernel.FloatProduct;
import org.dl4jext.samediff.kernel.FloatRows;
import org.dl4jext.samediff.kernel.HostThreads;
import org.dl4jext.samediff.kernel.MaskedRows;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A pLSTM layer on sequences in the {@code HOST} execution: products over all real steps, and a
 * walk for each example and head. {@link PlstmLayerReference} is its slow form.
 */
final class FloatPlstmLayer extends PlstmLayerUnit {

  private final PlstmHead head;
  private final int heads;
  private final FloatBlocks blocks = FloatBlocks.best();
  private final FloatHostArrays host = new FloatHostArrays();
  private final FloatRows rowsOf = new FloatRows(host);
  private final MaskedRows rows = new MaskedRows();
  private final FloatPlstmStages stages;
  private final FloatPlstmWalks walks;
  private final float[][] p;
  private float[] x;
  private float[] z;
  private float[] y;
  private float[] state;
  private float[] window;
  private boolean kept;

  FloatPlstmLayer(PlstmLayout layout) {
    super(layout, FloatMath.TYPE);
    head = layout.spec().head();
    heads = layout.spec().heads();
    FloatProduct product = FloatProduct.of(blocks, HostThreads.configured());
    stages = new FloatPlstmStages(layout, blocks, product);
    walks = new FloatPlstmWalks(head, layout.scale());
    p = new float[layout.parameters().size()][];
  }

  private void read(INDArray[] inputs) {
    for (int i = 0; i < p.length; i++) {
      p[i] = FloatHostArrays.ensure(p[i], inputs[FIRST_PARAMETER + i].length());
      host.read(inputs[FIRST_PARAMETER + i], p[i], 0);
    }
    stages.set(p);
    int examples = Math.toIntExact(inputs[0].size(0));
    int steps = Math.toIntExact(inputs[0].size(1));
    if (inputs[1] == null) {
      rows.setAll(examples, steps);
    } else {
      float[] mask = FloatHostArrays.copy(inputs[1]);
      rows.set(examples, steps, i -> mask[i] != 0);
    }
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    arrays.requireForward(inputs, outputs);
    kept = false;
    read(inputs);
    int examples = Math.toIntExact(inputs[0].size(0));
    int count = rows.count();
    x = FloatHostArrays.ensure(x, inputs[0].length());
    rowsOf.gather(inputs[0], rows, layout.inputSize(), x);
    window = window(inputs, examples);
    convolve(examples, count);
    stages.begin(count, z, x);
    state = state(inputs[arrays.firstState()], state, examples);
    int saved = saved(examples);
    walks.reserve(keep ? (long) saved * examples * heads : 0);
    walks.run(
        examples * heads,
        longest(examples),
        (walk, lane) -> {
          PlstmCoreArrays ofLane = lane(lane / heads);
          if (ofLane.width() > 0) {
            walk.forward(
                ofLane,
                lane(lane, false),
                FloatPlstmWalk.block(ofLane.width(), 0),
                state,
                lane * head.stateLength(),
                keep ? walks.saved : null,
                lane * saved);
          }
        });
    y = FloatHostArrays.ensure(y, (long) rows.total() * layout.outputSize());
    stages.finish(count, p, z, y);
    if (outputs[0] != null) {
      rowsOf.scatter(y, rows, layout.outputSize(), outputs[0]);
    }
    writeState(state, outputs[1]);
    if (layout.lookback() > 0 && outputs[2] != null) {
      host.write(window, 0, outputs[2]);
    }
    kept = keep;
  }

  private float[] window(INDArray[] inputs, int examples) {
    float[] values = new float[examples * layout.lookback() * layout.inputSize()];
    if (layout.lookback() > 0 && inputs[arrays.firstState() + 1] != null) {
      host.read(inputs[arrays.firstState() + 1], values, 0);
    }
    return values;
  }

  private void convolve(int examples, int count) {
    if (stages.convolution == null) {
      z = x;
    } else {
      z = z == x ? null : z;
      z = FloatHostArrays.ensure(z, (long) count * layout.inputSize());
      stages.convolution.forward(rows, examples, x, window, p[0], p[1], z);
    }
  }

  private int longest(int examples) {
    int longest = 0;
    for (int n = 0; n < examples; n++) {
      longest = Math.max(longest, rows.length(n));
    }
    return longest;
  }

  /** Elements that the longest lane keeps. */
  private int saved(int examples) {
    int most = 0;
    for (int n = 0; n < examples; n++) {
      int length = Math.max(1, rows.length(n));
      int block = FloatPlstmWalk.block(length, 0);
      most = Math.max(most, (length + block - 1) / block * head.stateLength());
    }
    return most;
  }

  private PlstmCoreArrays lane(int example) {
    return new PlstmCoreArrays(type, 1, rows.length(example), 1, false, head);
  }

  private FloatPlstmLane lane(int lane, boolean gradients) {
    int row = rows.start(lane / heads);
    return stages.lane(row, lane % heads, gradients);
  }

  /** States [N,H,DK,DV,JT] as [N,H,JT,DK,DV]. */
  private float[] state(INDArray given, float[] buffer, int examples) {
    int length = examples * heads * head.stateLength();
    float[] values = FloatHostArrays.ensure(buffer, length);
    if (given == null) {
      Arrays.fill(values, 0, length, 0);
    } else {
      host.read(given.permute(0, 1, 4, 2, 3), values, 0);
    }
    return values;
  }

  private void writeState(float[] from, INDArray to) {
    if (to != null) {
      host.write(from, 0, to.permute(0, 1, 4, 2, 3));
    }
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    arrays.requireBackward(kept, inputs, outputGradients, inputGradients);
    kept = false;
    int examples = Math.toIntExact(inputs[0].size(0));
    int count = rows.count();
    float[][] d = new float[p.length][];
    for (int i = 0; i < d.length; i++) {
      d[i] = new float[Math.toIntExact(layout.parameters().get(i).length())];
    }
    if (outputGradients[0] == null) {
      Arrays.fill(y, 0, count * layout.outputSize(), 0);
    } else {
      rowsOf.gather(outputGradients[0], rows, layout.outputSize(), y);
    }
    stages.readout.backward(
        count, p[layout.norm()], p[layout.output()], y, d[layout.norm()], d[layout.output()]);
    stages.gates.clearGradients(count);
    stages.values.clearGradients(count);
    stages.transition.clearGradients(count);
    state = state(outputGradients[1], state, examples);
    int saved = saved(examples);
    walks.run(
        examples * heads,
        2L * longest(examples),
        (walk, lane) -> {
          PlstmCoreArrays ofLane = lane(lane / heads);
          if (ofLane.width() > 0) {
            walk.backward(
                ofLane,
                lane(lane, false),
                lane(lane, true).in(),
                FloatPlstmWalk.block(ofLane.width(), 0),
                walks.saved,
                lane * saved,
                state,
                lane * head.stateLength());
          }
        });
    stages.transition.backward(count);
    stages.gates.sigmoidBackward("source", count);
    stages.gates.sigmoidBackward("mark", count);
    stages.gates.sigmoidBackward("direct", count);
    backwardInputs(inputs, outputGradients, inputGradients, d);
    for (int i = 0; i < d.length; i++) {
      write(d[i], inputGradients[FIRST_PARAMETER + i]);
    }
    writeState(state, inputGradients[arrays.firstState()]);
  }

  private void backwardInputs(
      INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients, float[][] d) {
    int examples = Math.toIntExact(inputs[0].size(0));
    int count = rows.count();
    int size = layout.inputSize();
    float[] dx = new float[rows.total() * size];
    stages.values.backward(count, x, dx, d, stages.firstValueMap());
    float[] dz = stages.convolution == null ? dx : new float[count * size];
    stages.gates.backward(count, z, dz, d, layout.firstMap());
    if (layout.spec().passthrough()) {
      for (int r = 0; r < count; r++) {
        blocks.addTimes(size, p[layout.passthrough()], 0, y, r * size, dz, r * size);
        blocks.addTimes(size, z, r * size, y, r * size, d[layout.passthrough()], 0);
      }
    }
    if (stages.convolution != null) {
      boolean carried = layout.lookback() > 0;
      float[] dWindow = new float[window.length];
      if (carried && outputGradients[2] != null) {
        host.read(outputGradients[2], dWindow, 0);
      }
      window = window(inputs, examples);
      stages.convolution.backward(rows, examples, x, window, p[0], dz, dWindow, dx, d[0], d[1]);
      if (carried) {
        write(dWindow, inputGradients[arrays.firstState() + 1]);
      }
    }
    if (inputGradients[0] != null) {
      rowsOf.scatter(dx, rows, size, inputGradients[0]);
    }
  }

  private void write(float[] from, INDArray to) {
    if (to != null) {
      host.write(from, 0, to);
    }
  }
}
