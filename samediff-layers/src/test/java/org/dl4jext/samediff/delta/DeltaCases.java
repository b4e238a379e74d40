package org.dl4jext.samediff.delta;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.TensorShape;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Random inputs of the delta units, and their results. */
final class DeltaCases {

  /** Outputs and input gradients of one run. */
  record Run(INDArray[] outputs, INDArray[] gradients) {

    /** Fails where a number differs by more than a tolerance times max(1, largest value). */
    void requireNear(Run other, double tolerance, String what) {
      requireNear(outputs, other.outputs, tolerance, what + " output ");
      requireNear(gradients, other.gradients, tolerance, what + " gradient ");
    }

    private static void requireNear(INDArray[] a, INDArray[] b, double tolerance, String what) {
      for (int i = 0; i < a.length; i++) {
        if (a[i] != null) {
          double[] x = a[i].dup('c').data().asDouble();
          double[] y = b[i].dup('c').data().asDouble();
          double largest = 1;
          for (double value : y) {
            largest = Math.max(largest, Math.abs(value));
          }
          for (int e = 0; e < x.length; e++) {
            if (!(Math.abs(x[e] - y[e]) <= tolerance * largest)) {
              throw new AssertionError(what + i + "[" + e + "]: " + x[e] + " for " + y[e]);
            }
          }
        }
      }
    }
  }

  private DeltaCases() {}

  static INDArray normal(Random random, DataType type, long... shape) {
    long length = 1;
    for (long size : shape) {
      length *= size;
    }
    double[] values = new double[Math.toIntExact(length)];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextGaussian();
    }
    return Nd4j.createFromArray(values).reshape('c', shape).castTo(type);
  }

  static DeltaRuleSpec rule(int householders, QueryKeyNorm norm, int chunkTokens) {
    return new DeltaRuleSpec(householders, 0.4, norm, 1e-6, chunkTokens);
  }

  /** Inputs of the rule: beta in (0,2), g negative; SUM gets positive q and k. */
  static INDArray[] ruleInputs(
      long seed, DataType type, DeltaRuleSizes s, QueryKeyNorm norm, boolean gate, boolean state) {
    Random random = new Random(seed);
    INDArray[] in = new INDArray[DeltaRuleSizes.INPUTS];
    for (int i = 0; i < in.length; i++) {
      in[i] = normal(random, DataType.DOUBLE, s.inputShape(i));
    }
    for (int i = DeltaRuleSizes.Q; i <= DeltaRuleSizes.K; i++) {
      if (norm == QueryKeyNorm.SUM) {
        in[i] = Transforms.abs(in[i]).add(0.1);
      } else if (norm == QueryKeyNorm.NONE) {
        in[i].muli(0.4);
      }
    }
    in[DeltaRuleSizes.BETA] = Transforms.sigmoid(in[DeltaRuleSizes.BETA]).mul(2);
    in[DeltaRuleSizes.G] = gate ? Transforms.abs(in[DeltaRuleSizes.G]).neg() : null;
    in[DeltaRuleSizes.STATE] = state ? in[DeltaRuleSizes.STATE] : null;
    return cast(in, type);
  }

  /** Inputs of a layer without mask; random states where wanted. */
  static INDArray[] layerInputs(
      long seed, DataType type, DeltaLayout layout, int batch, int tokens, boolean states) {
    Random random = new Random(seed);
    List<INDArray> in = new ArrayList<>();
    in.add(normal(random, DataType.DOUBLE, batch, tokens, layout.inputSize()));
    in.add(null);
    for (TensorShape p : layout.parameters()) {
      INDArray value = normal(random, DataType.DOUBLE, p.toArray());
      in.add(
          p.shape().size() == 2
              ? value.mul(0.5)
              : value.mul(0.3).add(p.name().equals("Wn") ? 1 : 0));
    }
    for (TensorShape s : layout.states()) {
      in.add(states ? normal(random, DataType.DOUBLE, s.withBatch(batch)) : null);
    }
    return cast(in.toArray(new INDArray[0]), type);
  }

  static INDArray[] cast(INDArray[] arrays, DataType type) {
    INDArray[] cast = new INDArray[arrays.length];
    for (int i = 0; i < arrays.length; i++) {
      cast[i] = arrays[i] == null ? null : arrays[i].castTo(type);
    }
    return cast;
  }

  static long[][] ruleOutputs(DeltaRuleSizes sizes) {
    return new long[][] {sizes.outputShape(0), sizes.outputShape(1)};
  }

  static long[][] layerOutputs(DeltaLayout layout, int batch, int tokens) {
    DeltaLayerSizes sizes =
        new DeltaLayerSizes(DeltaLayerSizes.arrays(layout, DataType.DOUBLE), batch, tokens);
    long[][] shapes = new long[1 + layout.states().size()][];
    for (int i = 0; i < shapes.length; i++) {
      shapes[i] = sizes.outputShape(i);
    }
    return shapes;
  }

  /** Forward and backward with fixed cotangents; no gradient of a skipped input. */
  static Run run(DifferentiableUnit unit, INDArray[] in, long[][] outputShapes, int skip) {
    DataType type = in[0].dataType();
    Random random = new Random(99);
    INDArray[] outputs = new INDArray[outputShapes.length];
    INDArray[] cotangents = new INDArray[outputShapes.length];
    for (int i = 0; i < outputs.length; i++) {
      outputs[i] = Nd4j.valueArrayOf(outputShapes[i], Double.NaN, type);
      cotangents[i] = normal(random, type, outputShapes[i]);
    }
    INDArray[] gradients = new INDArray[in.length];
    for (int i = 0; i < in.length; i++) {
      gradients[i] =
          in[i] == null || i == skip ? null : Nd4j.valueArrayOf(in[i].shape(), Double.NaN, type);
    }
    unit.forward(in, outputs, true);
    unit.backward(in, cotangents, gradients);
    return new Run(outputs, gradients);
  }
}
