package org.dl4jext.samediff.memory;

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
 * A whole memory-caching layer in the {@code HOST} execution: products over all real steps around
 * {@link FloatCachedHeads}. {@link MemoryCachingArray} is its slow form.
 */
final class FloatMemoryCaching extends MemoryCachingUnit {

  private final int keys;
  private final int values;
  private final int columns;
  private final FloatBlocks blocks = FloatBlocks.best();
  private final FloatProduct product = FloatProduct.of(blocks, HostThreads.configured());
  private final FloatHostArrays host = new FloatHostArrays();
  private final FloatRows rowsOf = new FloatRows(host);
  private final MaskedRows rows = new MaskedRows();
  private final FloatCachedHeads core;
  private final FloatCachedTokens tokens;
  private final FloatKeyMixing mixing;
  private final FloatVectorNorm norm;
  private final float[][] p;
  private final float[][] d;
  private float[] x;
  private float[] z;
  private float[] window = new float[0];
  private float[] mixed;
  private float[] normed;
  private float[] readout;
  private float[] y;
  private boolean kept;

  FloatMemoryCaching(MemoryCachingLayout layout) {
    super(layout, FloatMath.TYPE);
    keys = layout.keys();
    values = layout.values();
    columns = layout.columns();
    core = new FloatCachedHeads(spec.memory());
    tokens = new FloatCachedTokens(layout, blocks, rows);
    mixing = spec.mixedSteps() > 1 ? new FloatKeyMixing(blocks, spec.mixedSteps(), keys) : null;
    norm = new FloatVectorNorm(blocks, spec.valueSize(), true, spec.outputNormEps());
    p = new float[layout.parameters().size()][];
    d = new float[p.length][];
    for (int i = 0; i < p.length; i++) {
      p[i] = new float[Math.toIntExact(layout.parameters().get(i).length())];
      d[i] = new float[p[i].length];
    }
  }

  private float[] of(float[][] all, String parameter) {
    int place = layout.place(parameter);
    return place < 0 ? null : all[place];
  }

  /** Taps [W,H*K]; those of SHIFT take the step before. */
  private float[] taps() {
    if (spec.keyMixing() == KeyMixing.CONVOLUTION) {
      return of(p, "Wc");
    }
    float[] shift = new float[2 * keys];
    Arrays.fill(shift, 0, keys, 1);
    return shift;
  }

  /** Whether the projected keys before a pass are among the states. */
  private boolean carriesKeys() {
    return mixing != null && layout.canStep();
  }

  private void readWindow(INDArray from, int examples) {
    int length = examples * (spec.mixedSteps() - 1) * keys;
    window = FloatHostArrays.ensure(window, length);
    if (from == null) {
      Arrays.fill(window, 0, length, 0);
    } else {
      host.read(from, window, 0);
    }
  }

  private void readRows(INDArray[] inputs) {
    int examples = Math.toIntExact(inputs[0].size(0));
    int steps = Math.toIntExact(inputs[0].size(1));
    if (inputs[1] == null) {
      rows.setAll(examples, steps);
    } else {
      float[] mask = FloatHostArrays.copy(inputs[1]);
      rows.set(examples, steps, i -> mask[i] != 0);
    }
    x = FloatHostArrays.ensure(x, inputs[0].length());
    rowsOf.gather(inputs[0], rows, layout.inputSize(), x);
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    arrays.requireForward(inputs, outputs);
    requireStates(inputs, outputs);
    kept = false;
    for (int i = 0; i < p.length; i++) {
      host.read(inputs[FIRST_PARAMETER + i], p[i], 0);
    }
    readRows(inputs);
    int count = rows.count();
    int size = layout.inputSize();
    z = FloatHostArrays.ensure(z, (long) count * columns);
    product.multiply(count, columns, size, x, size, 1, of(p, "W"), columns, 1, z, columns, false);
    mixed = FloatHostArrays.ensure(mixed, (long) count * keys);
    mixKeys(inputs, outputs);
    openCore(inputs);
    tokens.forward(core.arrays, x, z, mixed, of(p, "bs"), of(p, "Sr"));
    core.forward();
    y = FloatHostArrays.ensure(y, (long) count * layout.outputSize());
    readOut(count);
    if (outputs[0] != null) {
      rowsOf.scatter(y, rows, layout.outputSize(), outputs[0]);
    }
    for (int i = 0; i < layout.coreStates(); i++) {
      write(core.arrays.out[CachedRecurrenceSizes.FIRST_STATE + i], outputs[1 + i]);
    }
    kept = keep;
  }

  private void mixKeys(INDArray[] inputs, INDArray[] outputs) {
    if (mixing == null) {
      for (int r = 0; r < rows.count(); r++) {
        System.arraycopy(z, r * columns + keys, mixed, r * keys, keys);
      }
      return;
    }
    int examples = Math.toIntExact(inputs[0].size(0));
    int state = layout.coreStates();
    readWindow(carriesKeys() ? inputs[arrays.firstState() + state] : null, examples);
    mixing.forward(rows, examples, z, columns, keys, taps(), window, mixed);
    if (carriesKeys()) {
      write(window, outputs[1 + state]);
    }
  }

  private void openCore(INDArray[] inputs) {
    boolean[] given = new boolean[CachedRecurrenceSizes.INPUTS];
    Arrays.fill(given, 0, CachedRecurrenceSizes.U, true);
    given[CachedRecurrenceSizes.U] = layout.hasRouter();
    given[CachedRecurrenceSizes.F] = layout.poolsInputs() || layout.projectsFeatures();
    Arrays.fill(
        given,
        CachedRecurrenceSizes.SCALARS,
        CachedRecurrenceSizes.SCALARS + layout.scalars(),
        true);
    given[CachedRecurrenceSizes.W1] = spec.memory().isDeep();
    given[CachedRecurrenceSizes.W2] = spec.memory().isDeep();
    given[CachedRecurrenceSizes.MASK] = !rows.dense();
    for (int i = 0; i < layout.coreStates(); i++) {
      given[CachedRecurrenceSizes.POSITION + i] = inputs[arrays.firstState() + i] != null;
    }
    float[][] in = core.arrays.in;
    core.arrays.begin(CachedRecurrenceSizes.of(layout, type, inputs), given);
    if (!rows.dense()) {
      host.read(inputs[1], in[CachedRecurrenceSizes.MASK], 0);
    }
    if (spec.memory().isDeep()) {
      copy(of(p, "W1"), in[CachedRecurrenceSizes.W1]);
      copy(of(p, "W2"), in[CachedRecurrenceSizes.W2]);
    }
    for (int i = CachedRecurrenceSizes.POSITION; i < given.length; i++) {
      if (given[i]) {
        int state = i - CachedRecurrenceSizes.POSITION;
        host.read(inputs[arrays.firstState() + state], in[i], 0);
      }
    }
  }

  private static void copy(float[] from, float[] to) {
    System.arraycopy(from, 0, to, 0, Math.min(from.length, to.length));
  }

  private void write(float[] from, INDArray to) {
    if (to != null) {
      host.write(from, 0, to);
    }
  }

  /** y = norm(o) Wo'. */
  private void readOut(int count) {
    normed = FloatHostArrays.ensure(normed, (long) count * values);
    readout = FloatHostArrays.ensure(readout, (long) count * values);
    norm.open(count * spec.heads());
    float[] o = core.arrays.out[CachedRecurrenceSizes.O];
    float[] gain = of(p, "Wn");
    int size = spec.valueSize();
    for (int r = 0; r < count; r++) {
      int from = rows.source(r) * values;
      if (!spec.outputNorm()) {
        System.arraycopy(o, from, readout, r * values, values);
        continue;
      }
      for (int h = 0; h < spec.heads(); h++) {
        int at = r * values + h * size;
        norm.forward(r * spec.heads() + h, o, from + h * size, normed, at);
        blocks.times(size, normed, at, gain, 0, readout, at);
      }
    }
    int out = layout.outputSize();
    product.multiply(count, out, values, readout, values, 1, of(p, "Wo"), out, 1, y, out, false);
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    arrays.requireBackward(kept, inputs, outputGradients, inputGradients);
    requireStates(inputs, outputGradients);
    kept = false;
    int count = rows.count();
    openCoreGradients(outputGradients, count);
    core.backward();
    float[] dz = new float[count * columns];
    float[] dKeys = new float[count * keys];
    tokens.backward(core.arrays, core.gradients, z, dz, dKeys, of(d, "bs"), of(d, "Sr"));
    mixKeysBackward(inputs, outputGradients, inputGradients, dKeys, dz);
    if (spec.memory().isDeep()) {
      copy(core.gradients.in[CachedRecurrenceSizes.W1], of(d, "W1"));
      copy(core.gradients.in[CachedRecurrenceSizes.W2], of(d, "W2"));
    }
    inputsBackward(inputGradients, count, dz);
    for (int i = 0; i < d.length; i++) {
      write(d[i], inputGradients[FIRST_PARAMETER + i]);
    }
    for (int i = 0; i < layout.coreStates(); i++) {
      INDArray to = inputGradients[arrays.firstState() + i];
      write(core.gradients.in[CachedRecurrenceSizes.POSITION + i], to);
    }
  }

  /** Through the output projection and the output norm. */
  private void openCoreGradients(INDArray[] outputGradients, int count) {
    int out = layout.outputSize();
    if (outputGradients[0] == null) {
      Arrays.fill(y, 0, count * out, 0);
    } else {
      rowsOf.gather(outputGradients[0], rows, out, y);
    }
    product.multiply(values, out, count, readout, 1, values, y, out, 1, of(d, "Wo"), out, false);
    product.multiply(count, values, out, y, out, 1, of(p, "Wo"), 1, out, readout, values, false);
    core.gradients.beginGradients(core.arrays);
    float[][] to = core.gradients.out;
    for (int i = 0; i < layout.coreStates(); i++) {
      if (outputGradients[1 + i] != null) {
        host.read(outputGradients[1 + i], to[CachedRecurrenceSizes.FIRST_STATE + i], 0);
      }
    }
    float[] gain = of(p, "Wn");
    float[] dGain = of(d, "Wn");
    if (spec.outputNorm()) {
      Arrays.fill(dGain, 0);
    }
    int size = spec.valueSize();
    for (int r = 0; r < count; r++) {
      for (int h = 0; h < spec.heads() && spec.outputNorm(); h++) {
        int at = r * values + h * size;
        blocks.addTimes(size, readout, at, normed, at, dGain, 0);
        blocks.times(size, readout, at, gain, 0, readout, at);
        norm.backward(r * spec.heads() + h, normed, at, readout, at);
      }
      int place = rows.source(r) * values;
      System.arraycopy(readout, r * values, to[CachedRecurrenceSizes.O], place, values);
    }
  }

  private void mixKeysBackward(
      INDArray[] inputs, INDArray[] dOut, INDArray[] dIn, float[] dKeys, float[] dz) {
    if (mixing == null) {
      for (int r = 0; r < rows.count(); r++) {
        System.arraycopy(dKeys, r * keys, dz, r * columns + keys, keys);
      }
      return;
    }
    int examples = Math.toIntExact(inputs[0].size(0));
    int state = layout.coreStates();
    readWindow(carriesKeys() ? dOut[1 + state] : null, examples);
    boolean learned = spec.keyMixing() == KeyMixing.CONVOLUTION;
    float[] dTaps = learned ? of(d, "Wc") : new float[spec.mixedSteps() * keys];
    mixing.backward(rows, examples, dKeys, taps(), window, dTaps, dz, columns, keys);
    if (carriesKeys()) {
      write(window, dIn[arrays.firstState() + state]);
    }
  }

  private void inputsBackward(INDArray[] inputGradients, int count, float[] dz) {
    int size = layout.inputSize();
    product.multiply(size, columns, count, x, 1, size, dz, columns, 1, of(d, "W"), columns, false);
    if (inputGradients[0] == null) {
      return;
    }
    float[] dx = new float[count * size];
    product.multiply(count, size, columns, dz, columns, 1, of(p, "W"), 1, columns, dx, size, false);
    if (layout.poolsInputs()) {
      float[] df = core.gradients.in[CachedRecurrenceSizes.F];
      for (int r = 0; r < count; r++) {
        blocks.addScaled(size, 1, df, rows.source(r) * size, dx, r * size);
      }
    }
    rowsOf.scatter(dx, rows, size, inputGradients[0]);
  }
}
