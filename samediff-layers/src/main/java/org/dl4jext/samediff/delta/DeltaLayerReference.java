package org.dl4jext.samediff.delta;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The delta layer in the {@code REFERENCE} execution: packs each example by its mask and runs
 * {@link DeltaExample} on the steps that are left.
 */
final class DeltaLayerReference implements LayerUnit {

  private final DeltaLayout layout;
  private final DataType type;
  private boolean kept;

  DeltaLayerReference(DeltaLayout layout, DataType type) {
    this.layout = layout;
    this.type = type;
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
    DeltaLayerSizes sizes = DeltaLayerSizes.of(layout, type, inputs);
    sizes.arrays().requireOutputs("outputs", inputs, outputs);
    DoubleTensor[] in = copies(sizes, inputs);
    DeltaParameters parameters = parameters(in);
    DoubleTensor[] out = zeros(sizes, outputs.length);
    for (int b = 0; b < sizes.batch(); b++) {
      int[] steps = steps(sizes, in[1], b);
      DeltaExample example = example(sizes, parameters, in, b, steps);
      double[][] y = example.outputs();
      for (int t = 0; t < steps.length; t++) {
        out[0].addRow(y[t], b, steps[t]);
      }
      addStates(out, 1, example.finalStates(), example.finalInputs(), b);
    }
    for (int i = 0; i < out.length; i++) {
      out[i].writeTo(outputs[i]);
    }
    kept = keep;
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    if (!kept) {
      throw new IllegalStateException("delta layer: backward without a kept forward pass");
    }
    DeltaLayerSizes sizes = DeltaLayerSizes.of(layout, type, inputs);
    sizes.arrays().requireOutputs("output gradients", inputs, outputGradients);
    sizes.arrays().requireInputGradients(inputs, inputGradients);
    DoubleTensor[] in = copies(sizes, inputs);
    DeltaParameters parameters = parameters(in);
    DeltaParameters dParameters = DeltaParameters.zeros(layout);
    DoubleTensor[] dOut = zeros(sizes, outputGradients.length);
    for (int i = 0; i < dOut.length; i++) {
      dOut[i] = DoubleTensor.copyOf(outputGradients[i], sizes.outputShape(i));
    }
    DoubleTensor[] d = zeros(sizes, dOut.length);
    DoubleTensor dx = DoubleTensor.zeros(inputs[0].shape());
    for (int b = 0; b < sizes.batch(); b++) {
      int[] steps = steps(sizes, in[1], b);
      double[][] dy = new double[steps.length][];
      for (int t = 0; t < steps.length; t++) {
        dy[t] = dOut[0].row(b, steps[t]);
      }
      DeltaExample example = example(sizes, parameters, in, b, steps);
      DeltaExample.Gradients g =
          example.backward(dy, states(dOut[1], b), history(dOut, 2, b), dParameters);
      for (int t = 0; t < steps.length; t++) {
        dx.addRow(g.x[t], b, steps[t]);
      }
      addStates(d, 1, g.states, g.history, b);
    }
    dx.writeTo(inputGradients[0]);
    List<DoubleTensor> parameterGradients = dParameters.tensors(layout);
    for (int i = 0; i < parameterGradients.size(); i++) {
      parameterGradients.get(i).writeTo(inputGradients[FIRST_PARAMETER + i]);
    }
    for (int i = 1; i < d.length; i++) {
      d[i].writeTo(inputGradients[sizes.firstState() + i - 1]);
    }
  }

  private DeltaParameters parameters(DoubleTensor[] in) {
    List<DoubleTensor> tensors = new ArrayList<>();
    for (int i = 0; i < layout.parameters().size(); i++) {
      tensors.add(in[FIRST_PARAMETER + i]);
    }
    return new DeltaParameters(layout, tensors);
  }

  private DeltaExample example(
      DeltaLayerSizes sizes, DeltaParameters parameters, DoubleTensor[] in, int b, int[] steps) {
    double[][] x = new double[steps.length][];
    for (int t = 0; t < steps.length; t++) {
      x[t] = in[0].row(b, steps[t]);
    }
    int first = sizes.firstState();
    return new DeltaExample(layout, parameters, x, states(in[first], b), history(in, first + 1, b));
  }

  private double[][][] states(DoubleTensor s, int b) {
    double[][][] states = new double[layout.spec().valueHeads()][][];
    for (int h = 0; h < states.length; h++) {
      states[h] = s.matrix(b, h);
    }
    return states;
  }

  /** State or gradient of the convolution; no rows where the layer has none. */
  private static double[][] history(DoubleTensor[] tensors, int index, int b) {
    return index < tensors.length ? tensors[index].matrix(b) : new double[0][];
  }

  private static void addStates(
      DoubleTensor[] to, int first, double[][][] states, double[][] history, int b) {
    for (int h = 0; h < states.length; h++) {
      to[first].addMatrix(states[h], b, h);
    }
    if (first + 1 < to.length) {
      to[first + 1].addMatrix(history, b);
    }
  }

  private static DoubleTensor[] copies(DeltaLayerSizes sizes, INDArray[] inputs) {
    DoubleTensor[] copies = new DoubleTensor[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      boolean zero = inputs[i] == null && i >= sizes.firstState();
      copies[i] =
          zero
              ? DoubleTensor.zeros(sizes.outputShape(1 + i - sizes.firstState()))
              : inputs[i] == null ? null : DoubleTensor.copyOf(inputs[i]);
    }
    return copies;
  }

  private static DoubleTensor[] zeros(DeltaLayerSizes sizes, int count) {
    DoubleTensor[] zeros = new DoubleTensor[count];
    for (int i = 0; i < count; i++) {
      zeros[i] = DoubleTensor.zeros(sizes.outputShape(i));
    }
    return zeros;
  }

  /** The steps of an example that its mask keeps. */
  private static int[] steps(DeltaLayerSizes sizes, DoubleTensor mask, int b) {
    return IntStream.range(0, sizes.tokens())
        .filter(t -> mask == null || mask.get(b, t) != 0)
        .toArray();
  }
}
