package org.dl4jext.samediff.memory;

import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.Views;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * A whole memory-caching layer in the {@code ARRAY} and {@code REFERENCE} executions: array
 * operations for projections and norms around a {@link CachedRecurrence} in the chosen execution.
 */
final class MemoryCachingArray extends MemoryCachingUnit {

  private final DifferentiableUnit core;
  private final RowNormArray queryNorm;
  private final RowNormArray keyNorm;
  private final RowNormArray outputNorm;
  private final KeyMixingArray mixing;
  private INDArray x;
  private INDArray[] coreInputs;
  private INDArray routerQueries;
  private INDArray normalised;
  private INDArray readout;
  private boolean kept;

  MemoryCachingArray(MemoryCachingLayout layout, Execution execution, DataType type) {
    super(layout, type);
    core = CachedRecurrence.unit(layout.recurrence(), execution, type);
    queryNorm = new RowNormArray(false, spec.queryKeyNormEps());
    keyNorm = new RowNormArray(false, spec.queryKeyNormEps());
    outputNorm = new RowNormArray(true, spec.outputNormEps());
    mixing = new KeyMixingArray(spec.mixedSteps());
  }

  private INDArray parameter(INDArray[] inputs, String name) {
    int place = layout.place(name);
    return place < 0 ? null : inputs[FIRST_PARAMETER + place];
  }

  private INDArray mixingState(INDArray[] arrays, int firstState) {
    return layout.canStep() && spec.mixedSteps() > 1
        ? arrays[firstState + layout.coreStates()]
        : null;
  }

  private void addStates(INDArray[] inputs, INDArray[] all) {
    System.arraycopy(
        inputs, arrays.firstState(), all, CachedRecurrenceSizes.POSITION, layout.coreStates());
  }

  /** The mask, or null where it hides nothing. */
  private static INDArray mask(INDArray[] inputs) {
    INDArray mask = inputs[1];
    return mask == null || mask.minNumber().doubleValue() > 0 ? null : mask;
  }

  private INDArray visible(INDArray array, INDArray mask) {
    return mask == null ? array.dup('c') : HeadArrays.shown(array.dup('c'), mask);
  }

  /** Columns of [N*T,F] as an array of another shape. */
  private static INDArray columns(INDArray rows, int from, int count, long... shape) {
    return Views.cut(rows, 1, from, from + (long) count).dup('c').reshape('c', shape);
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    arrays.requireForward(inputs, outputs);
    kept = false;
    long batch = inputs[0].size(0);
    long steps = inputs[0].size(1);
    requireStates(inputs, outputs);
    x = visible(inputs[0], mask(inputs)).reshape('c', batch * steps, layout.inputSize());
    INDArray projected = x.mmul(parameter(inputs, "W"));
    coreInputs = coreInputs(inputs, projected, batch, steps);
    INDArray[] coreOutputs = new INDArray[CachedRecurrenceSizes.OUTPUTS];
    INDArray o = Nd4j.createUninitialized(type, batch, steps, spec.heads(), spec.valueSize());
    coreOutputs[CachedRecurrenceSizes.O] = o;
    System.arraycopy(
        outputs, 1, coreOutputs, CachedRecurrenceSizes.FIRST_STATE, layout.coreStates());
    core.forward(coreInputs, coreOutputs, keep);
    INDArray mixed = mixingState(outputs, 1);
    if (mixed != null) {
      mixed.assign(mixing.after());
    }
    INDArray y = readout(inputs, o).mmul(parameter(inputs, "Wo"));
    if (outputs[0] != null) {
      outputs[0].assign(y.reshape('c', batch, steps, layout.outputSize()));
    }
    kept = keep;
  }

  private INDArray[] coreInputs(INDArray[] inputs, INDArray rows, long batch, long steps) {
    int keys = layout.keys();
    INDArray[] all = new INDArray[CachedRecurrenceSizes.INPUTS];
    long[] perHead = {batch, steps, spec.heads(), spec.keySize()};
    INDArray k = columns(rows, keys, keys, batch, steps, keys);
    if (spec.mixedSteps() > 1) {
      k = mixing.forward(k, taps(inputs), mixingState(inputs, arrays.firstState()), mask(inputs));
    }
    all[CachedRecurrenceSizes.Q] =
        normalised(queryNorm, columns(rows, 0, keys, batch, steps, keys)).reshape('c', perHead);
    all[CachedRecurrenceSizes.K] = normalised(keyNorm, k).reshape('c', perHead);
    all[CachedRecurrenceSizes.V] =
        columns(rows, 2 * keys, layout.values(), batch, steps, spec.heads(), spec.valueSize());
    for (int i = 0; i < layout.scalars(); i++) {
      all[CachedRecurrenceSizes.SCALARS + i] = scalar(inputs, rows, i, batch, steps);
    }
    if (layout.hasRouter()) {
      routerInputs(inputs, rows, batch, steps, all);
    }
    all[CachedRecurrenceSizes.W1] = parameter(inputs, "W1");
    all[CachedRecurrenceSizes.W2] = parameter(inputs, "W2");
    all[CachedRecurrenceSizes.MASK] = mask(inputs);
    addStates(inputs, all);
    return all;
  }

  /** Taps [W,H*K]; those of SHIFT take the step before. */
  private INDArray taps(INDArray[] inputs) {
    if (spec.keyMixing() == KeyMixing.CONVOLUTION) {
      return parameter(inputs, "Wc");
    }
    INDArray shift = Nd4j.create(type, 2, layout.keys());
    Views.at(shift, 0, 0).assign(1);
    return shift;
  }

  private INDArray normalised(RowNormArray norm, INDArray array) {
    INDArray byHead = array.reshape('c', array.length() / spec.keySize(), (long) spec.keySize());
    return spec.queryKeyNorm() ? norm.forward(byHead) : byHead;
  }

  /** A number of each token: a sigmoid, or its logarithm for a log decay. */
  private INDArray scalar(INDArray[] inputs, INDArray rows, int index, long batch, long steps) {
    int heads = spec.heads();
    int from = layout.scalarColumn() + index * heads;
    INDArray z = Views.cut(rows, 1, from, from + (long) heads).dup('c');
    INDArray bias =
        Views.cut(parameter(inputs, "bs"), 0, index * (long) heads, (index + 1L) * heads);
    z.addi(
        bias.dup('c').reshape('c', 1, heads).broadcast(Nd4j.createUninitialized(type, z.shape())));
    INDArray value = layout.isLogarithm(index) ? logSigmoid(z) : Transforms.sigmoid(z, false);
    return value.reshape('c', batch, steps, heads);
  }

  private static INDArray logSigmoid(INDArray z) {
    // min(z,0) - log(1 + exp(-|z|)) does not overflow.
    INDArray rest = Transforms.exp(Transforms.abs(z, true).negi(), false);
    return Transforms.min(z, 0, true).subi(Transforms.log(rest.addi(1), false));
  }

  private void routerInputs(
      INDArray[] inputs, INDArray rows, long batch, long steps, INDArray[] all) {
    int heads = spec.heads();
    int size = layout.routerSize();
    routerQueries = columns(rows, layout.routerColumn(), heads * size, batch, steps, heads, size);
    INDArray scale = parameter(inputs, "Sr");
    all[CachedRecurrenceSizes.U] =
        scale == null ? routerQueries : routerQueries.mul(scale.getDouble(0));
    if (layout.poolsInputs()) {
      all[CachedRecurrenceSizes.F] = x.reshape('c', batch, steps, 1, layout.inputSize());
    } else if (layout.projectsFeatures()) {
      all[CachedRecurrenceSizes.F] =
          columns(rows, layout.featureColumn(), heads * size, batch, steps, heads, size);
    }
  }

  /** The normalised reads [N*T,H*V]. */
  private INDArray readout(INDArray[] inputs, INDArray o) {
    INDArray byHead = o.reshape('c', o.length() / spec.valueSize(), (long) spec.valueSize());
    INDArray result = byHead;
    if (spec.outputNorm()) {
      normalised = outputNorm.forward(byHead);
      result = normalised.mul(gain(inputs, normalised));
    }
    readout = result.reshape('c', o.size(0) * o.size(1), layout.values());
    return readout;
  }

  private INDArray gain(INDArray[] inputs, INDArray like) {
    INDArray gain = parameter(inputs, "Wn").dup('c').reshape('c', 1, spec.valueSize());
    return gain.broadcast(Nd4j.createUninitialized(type, like.shape()));
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    arrays.requireBackward(kept, inputs, outputGradients, inputGradients);
    kept = false;
    long batch = inputs[0].size(0);
    long steps = inputs[0].size(1);
    INDArray[] dCore = coreBackward(inputs, outputGradients, inputGradients, batch, steps);
    INDArray dRows = Nd4j.create(type, batch * steps, layout.columns());
    place(dRows, 0, queryBackward(dCore[CachedRecurrenceSizes.Q], queryNorm));
    place(dRows, layout.keys(), keysBackward(inputs, outputGradients, inputGradients, dCore));
    place(dRows, 2 * layout.keys(), dCore[CachedRecurrenceSizes.V]);
    scalarsBackward(inputGradients, dCore, dRows);
    if (layout.hasRouter()) {
      routerBackward(inputs, inputGradients, dCore, dRows);
    }
    if (parameter(inputGradients, "W") != null) {
      parameter(inputGradients, "W").assign(x.transpose().mmul(dRows));
    }
    if (inputGradients[0] != null) {
      INDArray dx = dRows.mmul(parameter(inputs, "W").transpose());
      if (layout.poolsInputs()) {
        dx.addi(dCore[CachedRecurrenceSizes.F].reshape('c', dx.shape()));
      }
      inputGradients[0].assign(visible(dx.reshape('c', inputs[0].shape()), mask(inputs)));
    }
  }

  /** Through the output projection, the output norm and the core. */
  private INDArray[] coreBackward(
      INDArray[] inputs, INDArray[] dOut, INDArray[] d, long batch, long steps) {
    INDArray dy =
        dOut[0] == null
            ? Nd4j.create(type, batch * steps, layout.outputSize())
            : visible(dOut[0], mask(inputs)).reshape('c', batch * steps, layout.outputSize());
    if (parameter(d, "Wo") != null) {
      parameter(d, "Wo").assign(readout.transpose().mmul(dy));
    }
    INDArray dReadout = dy.mmul(parameter(inputs, "Wo").transpose());
    INDArray byHead =
        dReadout.reshape('c', dReadout.length() / spec.valueSize(), (long) spec.valueSize());
    if (spec.outputNorm()) {
      if (parameter(d, "Wn") != null) {
        parameter(d, "Wn").assign(byHead.mul(normalised).sum(0));
      }
      byHead = outputNorm.backward(byHead.mul(gain(inputs, byHead)));
    }
    INDArray[] dCoreOut = new INDArray[CachedRecurrenceSizes.OUTPUTS];
    dCoreOut[CachedRecurrenceSizes.O] =
        byHead.reshape('c', batch, steps, spec.heads(), (long) spec.valueSize());
    System.arraycopy(dOut, 1, dCoreOut, CachedRecurrenceSizes.FIRST_STATE, layout.coreStates());
    INDArray[] dCore = new INDArray[CachedRecurrenceSizes.INPUTS];
    for (int i = 0; i < CachedRecurrenceSizes.POSITION; i++) {
      boolean wanted = coreInputs[i] != null && i != CachedRecurrenceSizes.MASK;
      dCore[i] = wanted ? Nd4j.create(type, coreInputs[i].shape()) : null;
    }
    dCore[CachedRecurrenceSizes.W1] = parameter(d, "W1");
    dCore[CachedRecurrenceSizes.W2] = parameter(d, "W2");
    System.arraycopy(
        d, arrays.firstState(), dCore, CachedRecurrenceSizes.POSITION, layout.coreStates());
    core.backward(coreInputs, dCoreOut, dCore);
    return dCore;
  }

  private static void place(INDArray rows, int from, INDArray value) {
    long columns = value.length() / rows.size(0);
    Views.cut(rows, 1, from, from + columns)
        .assign(value.dup('c').reshape('c', rows.size(0), columns));
  }

  private INDArray queryBackward(INDArray d, RowNormArray norm) {
    INDArray byHead = d.reshape('c', d.length() / spec.keySize(), (long) spec.keySize());
    return spec.queryKeyNorm() ? norm.backward(byHead) : byHead;
  }

  private INDArray keysBackward(
      INDArray[] inputs, INDArray[] dOut, INDArray[] d, INDArray[] dCore) {
    INDArray dk = queryBackward(dCore[CachedRecurrenceSizes.K], keyNorm);
    if (spec.mixedSteps() == 1) {
      return dk;
    }
    INDArray byStep = dk.reshape('c', inputs[0].size(0), inputs[0].size(1), layout.keys());
    int past = spec.mixedSteps() - 1;
    INDArray rows = mixing.backward(byStep, mixingState(dOut, 1), parameter(d, "Wc"));
    INDArray dState = mixingState(d, arrays.firstState());
    if (dState != null) {
      dState.assign(Views.cut(rows, 1, 0, past));
    }
    return Views.cut(rows, 1, past, rows.size(1)).dup('c');
  }

  private void scalarsBackward(INDArray[] d, INDArray[] dCore, INDArray dRows) {
    int heads = spec.heads();
    for (int i = 0; i < layout.scalars(); i++) {
      INDArray value = coreInputs[CachedRecurrenceSizes.SCALARS + i];
      INDArray slope =
          layout.isLogarithm(i) ? Transforms.exp(value, true).rsubi(1) : value.mul(value.rsub(1));
      INDArray dz = dCore[CachedRecurrenceSizes.SCALARS + i].mul(slope);
      INDArray byRow = dz.reshape('c', dRows.size(0), heads);
      place(dRows, layout.scalarColumn() + i * heads, byRow);
      if (parameter(d, "bs") != null) {
        Views.cut(parameter(d, "bs"), 0, i * (long) heads, (i + 1L) * heads)
            .assign(byRow.sum(0).reshape(heads));
      }
    }
  }

  private void routerBackward(INDArray[] inputs, INDArray[] d, INDArray[] dCore, INDArray dRows) {
    INDArray du = dCore[CachedRecurrenceSizes.U];
    INDArray scale = parameter(inputs, "Sr");
    if (scale != null) {
      if (parameter(d, "Sr") != null) {
        parameter(d, "Sr").assign(du.mul(routerQueries).sumNumber().doubleValue());
      }
      du = du.mul(scale.getDouble(0));
    }
    place(dRows, layout.routerColumn(), du);
    if (layout.projectsFeatures()) {
      place(dRows, layout.featureColumn(), dCore[CachedRecurrenceSizes.F]);
    }
  }
}
