package org.dl4jext.samediff;

import java.util.Arrays;
import java.util.function.Function;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatStepKernel;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A {@link StepSession} on Java arrays. */
final class FloatStepSession implements StepSession {

  private final Function<INDArray[], FloatStepKernel> maker;
  private final int streams;
  private final FloatHostArrays host = new FloatHostArrays();

  /** The parameters that the kernel was made of. */
  private final float[][] held;

  private final float[][] states;
  private final float[] x;
  private final float[] y;
  private float[] given = new float[0];
  private FloatStepKernel kernel;

  private FloatStepSession(
      LayerUnit unit,
      Function<INDArray[], FloatStepKernel> maker,
      FloatStepKernel kernel,
      INDArray[] parameters,
      int inputs) {
    this.maker = maker;
    this.kernel = kernel;
    streams = kernel.streams();
    held = Arrays.stream(parameters).map(FloatHostArrays::copy).toArray(float[][]::new);
    states =
        unit.states().stream()
            .map(state -> new float[Math.toIntExact(streams * state.length())])
            .toArray(float[][]::new);
    x = new float[inputs];
    y = new float[Math.toIntExact(streams * unit.outputSize())];
  }

  static StepSession of(
      LayerUnit unit,
      Function<INDArray[], FloatStepKernel> maker,
      INDArray[] parameters,
      int inputs) {
    FloatStepKernel kernel = maker.apply(parameters);
    return kernel == null ? null : new FloatStepSession(unit, maker, kernel, parameters, inputs);
  }

  @Override
  public int streams() {
    return streams;
  }

  @Override
  public void step(INDArray[] parameters, INDArray x, INDArray y) {
    follow(parameters);
    host.read(x, this.x, 0);
    kernel.step(this.x, this.y);
    host.write(this.y, 0, y);
  }

  /** Makes a new kernel where a parameter has changed. */
  private void follow(INDArray[] parameters) {
    boolean same = true;
    for (int i = 0; i < held.length; i++) {
      int length = held[i].length;
      given = FloatHostArrays.ensure(given, length);
      host.read(parameters[i], given, 0);
      if (!Arrays.equals(given, 0, length, held[i], 0, length)) {
        System.arraycopy(given, 0, held[i], 0, length);
        same = false;
      }
    }
    if (!same) {
      FloatStepKernel old = kernel;
      kernel = maker.apply(parameters);
      for (int i = 0; i < states.length; i++) {
        old.readState(i, states[i]);
        kernel.writeState(i, states[i]);
      }
    }
  }

  @Override
  public void readStates(INDArray[] to) {
    for (int i = 0; i < states.length; i++) {
      kernel.readState(i, states[i]);
      host.write(states[i], 0, to[i]);
    }
  }

  @Override
  public void writeStates(INDArray[] from) {
    for (int i = 0; i < states.length; i++) {
      if (from == null) {
        Arrays.fill(states[i], 0);
      } else {
        host.read(from[i], states[i], 0);
      }
      kernel.writeState(i, states[i]);
    }
  }
}
