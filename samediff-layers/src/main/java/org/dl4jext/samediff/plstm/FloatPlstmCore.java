package org.dl4jext.samediff.plstm;

import java.util.Arrays;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatMath;
import org.dl4jext.samediff.kernel.HostThreads;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The recurrences in the {@code HOST} execution: a {@link FloatPlstmWalk} for each lane, the lanes
 * in parallel; {@link PlstmReference} is its slow form.
 */
final class FloatPlstmCore implements DifferentiableUnit {

  private final boolean grid;
  private final float scale;
  private final int chunk;
  private final FloatHostArrays host = new FloatHostArrays();
  private final float[][] in = new float[PlstmCoreArrays.GRID_INPUTS][];
  private FloatPlstmWalk[] walks = new FloatPlstmWalk[0];
  private PlstmHead walked;
  private PlstmCoreArrays arrays;
  private float[] saved;
  private boolean kept;

  /**
   * @param chunk positions between kept states; 0 for about the root of all
   */
  FloatPlstmCore(boolean grid, double scale, int chunk) {
    this.grid = grid;
    this.scale = FloatMath.of(scale);
    this.chunk = chunk;
  }

  private PlstmCoreArrays arrays(INDArray[] inputs) {
    return grid
        ? PlstmCoreArrays.grid(inputs, FloatMath.TYPE)
        : PlstmCoreArrays.sequence(inputs, FloatMath.TYPE);
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    PlstmCoreArrays given = arrays(inputs);
    given.requireOutputs("outputs", outputs);
    kept = false;
    arrays = given;
    prepare();
    boolean[] present = read(inputs);
    int block = FloatPlstmWalk.block(arrays.width(), chunk);
    int savedLength = Math.toIntExact(FloatPlstmWalk.savedLength(arrays, block));
    saved = FloatHostArrays.ensure(saved, keep ? (long) savedLength * arrays.lanes() : 0);
    float[] y = new float[Math.toIntExact(length(arrays.output()))];
    int stateLength = arrays.head().stateLength() * arrays.height();
    float[] states = states(grid ? null : inputs[PlstmCoreArrays.STATE], stateLength);
    HostThreads.run(
        arrays.lanes(),
        walks.length,
        (b, worker) ->
            walks[worker].forward(
                arrays,
                FloatPlstmLane.forwards(fields(in, present, b), output(y, b)),
                block,
                states,
                b * stateLength,
                keep ? saved : null,
                b * savedLength));
    write(y, outputs[0]);
    if (!grid) {
      writeStates(states, stateLength, outputs[1]);
    }
    kept = keep;
  }

  private void prepare() {
    if (walks.length != HostThreads.configured() || !arrays.head().equals(walked)) {
      walked = arrays.head();
      walks = new FloatPlstmWalk[HostThreads.configured()];
      Arrays.setAll(walks, w -> new FloatPlstmWalk(walked, scale));
    }
  }

  private boolean[] read(INDArray[] inputs) {
    boolean[] present = new boolean[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      present[i] = inputs[i] != null && (grid || i != PlstmCoreArrays.STATE);
      if (present[i]) {
        in[i] = FloatHostArrays.ensure(in[i], inputs[i].length());
        host.read(inputs[i], in[i], 0);
      }
    }
    return present;
  }

  private static long length(long[] shape) {
    return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
  }

  /** Where the inputs of a sequence stand among those of a grid. */
  private int place(int input) {
    if (grid) {
      return input;
    }
    return switch (input) {
      case PlstmCoreArrays.S -> PlstmCoreArrays.S_R;
      case PlstmCoreArrays.T -> PlstmCoreArrays.T_RL;
      case PlstmCoreArrays.M -> PlstmCoreArrays.M_L;
      case PlstmCoreArrays.D -> PlstmCoreArrays.DIRECT;
      default -> input;
    };
  }

  private FloatPlstmField[] fields(float[][] from, boolean[] present, int lane) {
    FloatPlstmField[] fields = new FloatPlstmField[PlstmCoreArrays.GRID_INPUTS];
    for (int i = 0; i < present.length; i++) {
      if (present[i]) {
        int positions = arrays.lanes() * arrays.positions();
        int step = Math.toIntExact(length(arrays.shape(i)) / positions);
        fields[place(i)] = new FloatPlstmField(from[i], lane * arrays.positions() * step, step);
      }
    }
    return fields;
  }

  private FloatPlstmField output(float[] y, int lane) {
    int step = arrays.head().outputLength();
    return new FloatPlstmField(y, lane * arrays.positions() * step, step);
  }

  /** States [lanes,DK,DV,JT] as [lanes,JT,DK,DV]. */
  private float[] states(INDArray given, int stateLength) {
    float[] states = new float[arrays.lanes() * stateLength];
    if (given != null) {
      host.read(given.permute(0, 3, 1, 2), states, 0);
    }
    return states;
  }

  private void writeStates(float[] states, int stateLength, INDArray to) {
    if (to != null) {
      host.write(Arrays.copyOf(states, arrays.lanes() * stateLength), 0, to.permute(0, 3, 1, 2));
    }
  }

  private void write(float[] from, INDArray to) {
    if (to != null) {
      host.write(from, 0, to);
    }
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    PlstmCoreArrays given = arrays(inputs);
    given.requireBackward(kept, outputGradients, inputGradients);
    kept = false;
    boolean[] present = read(inputs);
    int block = FloatPlstmWalk.block(arrays.width(), chunk);
    int savedLength = Math.toIntExact(FloatPlstmWalk.savedLength(arrays, block));
    float[] dy = new float[Math.toIntExact(length(arrays.output()))];
    if (outputGradients[0] != null) {
      host.read(outputGradients[0], dy, 0);
    }
    int stateLength = arrays.head().stateLength() * arrays.height();
    float[] states = states(grid ? null : outputGradients[1], stateLength);
    float[][] d = new float[in.length][];
    for (int i = 0; i < present.length; i++) {
      d[i] = present[i] ? new float[Math.toIntExact(inputs[i].length())] : null;
    }
    HostThreads.run(
        arrays.lanes(),
        walks.length,
        (b, worker) ->
            walks[worker].backward(
                arrays,
                FloatPlstmLane.forwards(fields(in, present, b), output(dy, b)),
                fields(d, present, b),
                block,
                saved,
                b * savedLength,
                states,
                b * stateLength));
    for (int i = 0; i < present.length; i++) {
      if (present[i]) {
        write(d[i], inputGradients[i]);
      }
    }
    if (!grid) {
      writeStates(states, stateLength, inputGradients[PlstmCoreArrays.STATE]);
    }
  }
}
