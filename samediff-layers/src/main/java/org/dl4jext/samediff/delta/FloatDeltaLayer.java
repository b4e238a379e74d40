package org.dl4jext.samediff.delta;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatProduct;
import org.dl4jext.samediff.kernel.FloatRows;
import org.dl4jext.samediff.kernel.HostThreads;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The delta layer in the {@code HOST} execution: one product for all projections, {@link
 * FloatDeltaScan} with {@link FloatDeltaLayerPort} at its ends, one product for the output.
 *
 * <p>Steps that the mask leaves out are dropped before the projection, so nothing in them can be
 * seen. Buffers are reused from call to call.
 */
final class FloatDeltaLayer extends DeltaLayerHost {

  private final DeltaSpec spec;
  private final DataType type;
  private final FloatHostArrays host = new FloatHostArrays();
  private final FloatRows packing = new FloatRows(host);
  private final FloatProduct product;
  private final FloatDeltaScan scan;
  private final FloatDeltaLayerBuffers buffers;
  private final FloatDeltaChannels channels;
  private final FloatDeltaLayerPort port;
  private final int before;

  private final float[] w;
  private final float[] wo;
  private float[] dx = new float[0];
  private float[] parameter = new float[0];
  private float[] parameter2 = new float[0];
  private float[] state = new float[0];
  private float[] convolutionState = new float[0];

  private DeltaLayerSizes sizes;
  private boolean kept;

  /**
   * Makes a unit.
   *
   * @param type of the arrays; the work is done in the type of this class
   */
  FloatDeltaLayer(DeltaLayout layout, DataType type, FloatBlocks blocks) {
    super(layout);
    this.type = type;
    spec = layout.spec();
    product = FloatProduct.of(blocks, HostThreads.configured());
    scan =
        new FloatDeltaScan(
            blocks,
            spec.heads(),
            spec.valueHeads(),
            spec.keySize(),
            spec.valueSize(),
            spec.householders(),
            spec.forgetGate(),
            spec.chunkTokens());
    buffers = new FloatDeltaLayerBuffers(layout, blocks);
    channels = new FloatDeltaChannels(layout, blocks);
    port =
        new FloatDeltaLayerPort(
            layout, blocks, buffers, channels, scan.chunkTokens(), scan.threads());
    before = Math.max(0, spec.convolutionWidth() - 1);
    w = new float[Math.multiplyExact(layout.inputSize(), layout.columns())];
    wo = new float[Math.multiplyExact(layout.readSize(), layout.outputSize())];
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    DeltaLayerSizes now = DeltaLayerSizes.of(layout, type, inputs);
    now.arrays().requireOutputs("outputs", inputs, outputs);
    kept = false;
    sizes = now;
    readMask(inputs[1]);
    buffers.resize(keep);
    packing.gather(inputs[0], buffers.rows, layout.inputSize(), buffers.x);
    readParameters(inputs);
    readHistory(inputs);
    int rows = buffers.rows.count();
    int columns = layout.columns();
    int nIn = layout.inputSize();
    product.multiply(
        rows, columns, nIn, buffers.x, nIn, 1, w, columns, 1, buffers.p, columns, false);
    INDArray start = inputs[now.firstState()];
    boolean wantState = outputs[1] != null;
    long stateLength = (long) now.batch() * layout.stateSize();
    state = FloatHostArrays.ensure(state, stateLength);
    if (start != null) {
      host.read(start, state, 0);
    }
    port.setKeep(keep);
    scan.forward(
        port,
        buffers.rows.lengths(),
        now.batch(),
        start == null ? null : state,
        wantState ? state : null,
        keep);
    int reads = layout.readSize();
    int nOut = layout.outputSize();
    product.multiply(rows, nOut, reads, buffers.o, reads, 1, wo, nOut, 1, buffers.y, nOut, false);
    writeOutputs(outputs);
    kept = keep;
  }

  private void readMask(INDArray mask) {
    if (mask == null) {
      buffers.rows.setAll(sizes.batch(), sizes.tokens());
    } else {
      parameter = FloatHostArrays.ensure(parameter, mask.length());
      float[] given = parameter;
      host.read(mask, given, 0);
      buffers.rows.set(sizes.batch(), sizes.tokens(), step -> given[step] != 0);
    }
  }

  private void readParameters(INDArray[] inputs) {
    int i = FIRST_PARAMETER;
    host.read(inputs[i++], w, 0);
    if (spec.convolutionWidth() > 0) {
      parameter = FloatHostArrays.ensure(parameter, inputs[i].length());
      host.read(inputs[i++], parameter, 0);
      if (spec.convolutionBias()) {
        parameter2 = FloatHostArrays.ensure(parameter2, inputs[i].length());
        host.read(inputs[i++], parameter2, 0);
      }
      channels.load(parameter, parameter2);
    }
    if (spec.forgetGate()) {
      host.read(inputs[i++], buffers.decayRate, 0);
      host.read(inputs[i++], buffers.decayBias, 0);
    }
    if (spec.outputNorm()) {
      host.read(inputs[i++], buffers.gain, 0);
    }
    host.read(inputs[i], wo, 0);
  }

  private void readHistory(INDArray[] inputs) {
    INDArray given = before == 0 ? null : inputs[sizes.firstState() + 1];
    if (given == null) {
      buffers.history = null;
    } else {
      convolutionState = FloatHostArrays.ensure(convolutionState, given.length());
      host.read(given, convolutionState, 0);
      buffers.history = convolutionState;
    }
  }

  private void writeOutputs(INDArray[] outputs) {
    if (outputs[0] != null) {
      packing.scatter(buffers.y, buffers.rows, layout.outputSize(), outputs[0]);
    }
    if (outputs[1] != null) {
      host.write(state, 0, outputs[1]);
    }
    if (before > 0 && outputs[2] != null) {
      int size = before * layout.channels();
      parameter = FloatHostArrays.ensure(parameter, (long) sizes.batch() * size);
      for (int b = 0; b < sizes.batch(); b++) {
        lastInputs(b, parameter, b * size);
      }
      host.write(parameter, 0, outputs[2]);
    }
  }

  /** The W-1 projected inputs that end with the last step of an example. */
  private void lastInputs(int example, float[] to, int offset) {
    int size = layout.channels();
    int length = buffers.rows.length(example);
    for (int i = 0; i < before; i++) {
      int token = length - before + i;
      int at = offset + i * size;
      if (token >= 0) {
        int row = buffers.rows.start(example) + token;
        System.arraycopy(buffers.p, row * layout.columns(), to, at, size);
      } else if (buffers.history == null) {
        Arrays.fill(to, at, at + size, 0);
      } else {
        int from = (example * before + before + token) * size;
        System.arraycopy(buffers.history, from, to, at, size);
      }
    }
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    if (!kept) {
      throw new IllegalStateException("delta layer: backward without a kept forward pass");
    }
    sizes.arrays().requireOutputs("output gradients", inputs, outputGradients);
    sizes.arrays().requireInputGradients(inputs, inputGradients);
    int rows = buffers.rows.count();
    int nOut = layout.outputSize();
    int reads = layout.readSize();
    buffers.resizeGradients(sizes.batch());
    if (spec.convolutionWidth() > 0) {
      channels.clear(sizes.batch());
    }
    readOutputGradient(outputGradients[0], rows * nOut);
    product.multiply(rows, reads, nOut, buffers.y, nOut, 1, wo, 1, nOut, buffers.dO, reads, false);
    INDArray dLast = outputGradients[1];
    if (dLast != null) {
      host.read(dLast, state, 0);
    }
    INDArray dStart = inputGradients[sizes.firstState()];
    scan.backward(port, dLast == null ? null : state, dStart == null ? null : state);
    if (before > 0 && outputGradients[2] != null) {
      addHistoryGradient(outputGradients[2]);
    }
    writeGradients(inputGradients, rows);
  }

  private void readOutputGradient(INDArray gradient, int length) {
    if (gradient == null) {
      Arrays.fill(buffers.y, 0, length, 0);
    } else {
      packing.gather(gradient, buffers.rows, layout.outputSize(), buffers.y);
    }
  }

  /** The final state of the convolution is a copy of the last projected inputs. */
  private void addHistoryGradient(INDArray gradient) {
    int size = layout.channels();
    parameter = FloatHostArrays.ensure(parameter, gradient.length());
    host.read(gradient, parameter, 0);
    for (int b = 0; b < sizes.batch(); b++) {
      for (int i = 0; i < before; i++) {
        int token = buffers.rows.length(b) - before + i;
        int row = buffers.rows.start(b) + token;
        float[] to = token >= 0 ? buffers.dp : buffers.dHistory;
        int at = token >= 0 ? row * layout.columns() : (b * before + before + token) * size;
        int from = (b * before + i) * size;
        for (int c = 0; c < size; c++) {
          to[at + c] += parameter[from + c];
        }
      }
    }
  }

  private void writeGradients(INDArray[] gradients, int rows) {
    int nIn = layout.inputSize();
    int nOut = layout.outputSize();
    int columns = layout.columns();
    int reads = layout.readSize();
    int i = FIRST_PARAMETER;
    if (gradients[i] != null) {
      parameter = FloatHostArrays.ensure(parameter, w.length);
      product.multiply(
          nIn, columns, rows, buffers.x, 1, nIn, buffers.dp, columns, 1, parameter, columns, false);
      host.write(parameter, 0, gradients[i]);
    }
    i = writeSmallGradients(gradients, i + 1);
    if (gradients[i] != null) {
      parameter = FloatHostArrays.ensure(parameter, wo.length);
      product.multiply(
          reads, nOut, rows, buffers.o, 1, reads, buffers.y, nOut, 1, parameter, nOut, false);
      host.write(parameter, 0, gradients[i]);
    }
    if (gradients[sizes.firstState()] != null) {
      host.write(state, 0, gradients[sizes.firstState()]);
    }
    if (before > 0 && gradients[sizes.firstState() + 1] != null) {
      host.write(buffers.dHistory, 0, gradients[sizes.firstState() + 1]);
    }
    if (gradients[0] != null) {
      dx = FloatHostArrays.ensure(dx, (long) rows * nIn);
      product.multiply(rows, nIn, columns, buffers.dp, columns, 1, w, 1, columns, dx, nIn, false);
      packing.scatter(dx, buffers.rows, nIn, gradients[0]);
    }
  }

  /** Gradients of the parameters between W and Wo; returns the index after them. */
  private int writeSmallGradients(INDArray[] gradients, int first) {
    int i = first;
    int batch = sizes.batch();
    int heads = spec.valueHeads();
    if (spec.convolutionWidth() > 0) {
      int size = layout.channels();
      parameter = FloatHostArrays.ensure(parameter, (long) size * spec.convolutionWidth());
      parameter2 = FloatHostArrays.ensure(parameter2, size);
      channels.sum(batch, parameter, parameter2);
      writeIfWanted(parameter, gradients[i++]);
      if (spec.convolutionBias()) {
        writeIfWanted(parameter2, gradients[i++]);
      }
    }
    parameter = FloatHostArrays.ensure(parameter, Math.max(heads, spec.valueSize()));
    if (spec.forgetGate()) {
      FloatDeltaLayerBuffers.sum(buffers.dDecayRate, batch, heads, heads, parameter);
      writeIfWanted(parameter, gradients[i++]);
      FloatDeltaLayerBuffers.sum(buffers.dDecayBias, batch, heads, heads, parameter);
      writeIfWanted(parameter, gradients[i++]);
    }
    if (spec.outputNorm()) {
      int row = buffers.gain.length;
      FloatDeltaLayerBuffers.sum(buffers.dGain, batch * heads, row, spec.valueSize(), parameter);
      writeIfWanted(parameter, gradients[i++]);
    }
    return i;
  }

  private void writeIfWanted(float[] from, INDArray to) {
    if (to != null) {
      host.write(from, 0, to);
    }
  }
}
