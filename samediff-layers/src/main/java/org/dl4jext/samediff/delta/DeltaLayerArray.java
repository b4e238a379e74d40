package org.dl4jext.samediff.delta;

import java.util.List;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The delta layer in the {@code ARRAY} execution: few large operations on the device of the
 * backend. Projections, gates and norms work on the steps that exist ({@link Packing}), convolution
 * and recurrence on the batch padded to the longest example. HALF arrays are computed in FLOAT.
 */
final class DeltaLayerArray implements LayerUnit {

  private final DeltaLayout layout;
  private final DeltaSpec spec;
  private final DataType type;
  private final Arena kept;
  private final Arena scratch;
  private final DeltaStages stages;
  private final DeltaRecurrenceArray recurrence;
  private DeltaLayerSizes sizes;
  private Packing packing;
  private boolean ready;

  DeltaLayerArray(DeltaLayout layout, DataType type) {
    this.layout = layout;
    this.spec = layout.spec();
    this.type = type;
    DataType computed = DeltaRuleArray.computed(type);
    kept = new Arena(computed);
    scratch = new Arena(computed);
    stages = new DeltaStages(layout, kept);
    recurrence = new DeltaRecurrenceArray(DeltaUnits.ruleSpec(spec), computed, kept);
  }

  @Override
  public List<TensorShape> parameters() {
    return layout.parameters();
  }

  @Override
  public List<TensorShape> states() {
    return layout.states();
  }

  @Override
  public long outputSize() {
    return layout.outputSize();
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    sizes = DeltaLayerSizes.of(layout, type, inputs);
    sizes.arrays().requireOutputs("outputs", inputs, outputs);
    ready = false;
    kept.rewind();
    packing = new Packing(sizes.batch(), sizes.tokens(), inputs[1]);
    if (packing.rows == 0) {
      passThrough(inputs, sizes.firstState(), outputs, 1, outputs[0]);
    } else {
      INDArray y = compute(inputs);
      if (outputs[0] != null) {
        outputs[0].assign(packing.unpack(kept, y).reshape('c', sizes.outputShape(0)));
      }
      if (outputs[1] != null) {
        outputs[1].assign(recurrence.finalState());
      }
      if (outputs.length > 2 && outputs[2] != null) {
        outputs[2].assign(stages.convolution.finalState());
      }
    }
    ready = keep;
  }

  /** y of the steps that exist [R,nOut]. */
  private INDArray compute(INDArray[] inputs) {
    INDArray[] parts = stages.before(packing, inputs, state(kept, inputs, 1));
    DeltaRuleSizes rule = stages.ruleSizes(packing, packing.paddedTokens);
    INDArray[] in = new INDArray[DeltaRuleSizes.INPUTS];
    for (int i = 0; i < parts.length; i++) {
      in[i] =
          parts[i] == null ? null : packing.pad(kept, parts[i]).reshape('c', rule.inputShape(i));
    }
    in[DeltaRuleSizes.STATE] = state(kept, inputs, 0);
    INDArray o = kept.empty(rule.outputShape(0));
    recurrence.forward(rule, in, o);
    return stages.after(
        inputs,
        packing.unpad(
            kept, o.reshape('c', (long) sizes.batch() * packing.paddedTokens, layout.readSize())));
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    if (!ready) {
      throw new IllegalStateException("delta layer: backward without a kept forward pass");
    }
    sizes.arrays().requireOutputs("output gradients", inputs, outputGradients);
    sizes.arrays().requireInputGradients(inputs, inputGradients);
    scratch.rewind();
    if (packing.rows == 0) {
      for (int i = FIRST_PARAMETER; i < sizes.firstState(); i++) {
        write(null, inputGradients[i]);
      }
      passThrough(outputGradients, 1, inputGradients, sizes.firstState(), inputGradients[0]);
      return;
    }
    INDArray dy =
        packing.pack(
            scratch,
            outputGradients[0] == null
                ? scratch.zeros((long) sizes.batch() * sizes.tokens(), layout.outputSize())
                : DeltaStages.allRows(scratch, outputGradients[0]));
    differentiate(inputs, dy, outputGradients, inputGradients);
  }

  private void differentiate(
      INDArray[] inputs, INDArray dy, INDArray[] outputGradients, INDArray[] inputGradients) {
    INDArray z = stages.gatedReads();
    writeParameter("Wo", scratch.product(z, true, dy, false), inputGradients);
    INDArray dz = scratch.product(dy, false, stages.parameter(scratch, inputs, "Wo"), true);
    INDArray dProjected = scratch.empty(packing.rows, layout.columns());
    DeltaReadoutArray.Gradients dReadout =
        stages.readout.backward(
            scratch, stages.headRows(dz), stages.parameter(scratch, inputs, "Wn"));
    writeParameter("Wn", dReadout.gain, inputGradients);
    if (dReadout.gate != null) {
      DeltaHeadsArray.columns(dProjected, layout.gateColumn(), layout.columns())
          .assign(dReadout.gate);
    }
    INDArray[] d = recurrenceBackward(dz, outputGradients[1]);
    write(d[DeltaRuleSizes.STATE], inputGradients[sizes.firstState()]);
    INDArray dConvolved =
        spec.convolutionWidth() == 0
            ? DeltaHeadsArray.columns(dProjected, 0, layout.channels())
            : scratch.empty(packing.rows, layout.channels());
    INDArray[] dDecay = stages.heads.backward(scratch, d, dConvolved, dProjected);
    if (dDecay != null) {
      writeParameter("A", dDecay[0], inputGradients);
      writeParameter("dt", dDecay[1], inputGradients);
    }
    if (spec.convolutionWidth() > 0) {
      convolutionBackward(inputs, dConvolved, dProjected, outputGradients, inputGradients);
    }
    INDArray x = stages.packedInput(scratch, inputs[0]);
    writeParameter("W", scratch.product(x, true, dProjected, false), inputGradients);
    if (inputGradients[0] != null) {
      INDArray dx =
          scratch.product(dProjected, false, stages.parameter(scratch, inputs, "W"), true);
      inputGradients[0].assign(packing.unpack(scratch, dx).reshape('c', inputs[0].shape()));
    }
  }

  /** Gradients of q, k, v, beta, g as packed rows, and of the state. */
  private INDArray[] recurrenceBackward(INDArray dReads, INDArray dLast) {
    DeltaRuleSizes rule = stages.ruleSizes(packing, packing.paddedTokens);
    INDArray dO = packing.pad(scratch, dReads).reshape('c', rule.outputShape(0));
    INDArray[] d =
        recurrence.backward(scratch, dO, dLast == null ? null : scratch.contiguous(dLast));
    long padded = (long) sizes.batch() * packing.paddedTokens;
    for (int i = 0; i < DeltaRuleSizes.STATE; i++) {
      if (d[i] != null) {
        d[i] = packing.unpad(scratch, d[i].reshape('c', padded, d[i].length() / padded));
      }
    }
    return d;
  }

  private void convolutionBackward(
      INDArray[] inputs,
      INDArray dConvolved,
      INDArray dProjected,
      INDArray[] outputGradients,
      INDArray[] inputGradients) {
    INDArray dFinal = outputGradients.length > 2 ? outputGradients[2] : null;
    DeltaConvolutionArray.Gradients d =
        stages.convolution.backward(
            scratch,
            dConvolved,
            stages.parameter(scratch, inputs, "Wc"),
            dFinal == null ? null : scratch.contiguous(dFinal));
    DeltaHeadsArray.columns(dProjected, 0, layout.channels()).assign(d.projected);
    writeParameter("Wc", d.taps, inputGradients);
    writeParameter("bc", d.bias, inputGradients);
    if (d.state != null) {
      write(d.state, inputGradients[sizes.firstState() + 1]);
    }
  }

  /** Nothing exists: the states, or their gradients, pass unchanged, and all else is zero. */
  private static void passThrough(
      INDArray[] from, int firstFrom, INDArray[] to, int firstTo, INDArray sequence) {
    write(null, sequence);
    for (int i = 0; firstFrom + i < from.length && firstTo + i < to.length; i++) {
      write(from[firstFrom + i], to[firstTo + i]);
    }
  }

  private INDArray state(Arena arena, INDArray[] inputs, int index) {
    int position = sizes.firstState() + index;
    return position >= inputs.length || inputs[position] == null
        ? null
        : arena.contiguous(inputs[position]);
  }

  private void writeParameter(String name, INDArray value, INDArray[] inputGradients) {
    int index = stages.position(name);
    if (index >= 0) {
      write(value, inputGradients[index]);
    }
  }

  /** Overwrites to, unless it is null; a missing value is zero. */
  private static void write(INDArray value, INDArray to) {
    if (to != null) {
      if (value == null) {
        to.assign(0);
      } else {
        to.assign(value);
      }
    }
  }
}
