package org.dl4jext.samediff.qkan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dl4jext.samediff.TensorShape;

/**
 * Where the circuits of a QKAN map stand in its parameters.
 *
 * <p>With a leading shape e that counts edges ([O,I] for a layer, [D] for activations), L layers of
 * k angles and r encodings: {@code theta} [e,L,k]; {@code preactWeight}, {@code preactBias} [e,r];
 * {@code postactWeight}, {@code postactBias}, {@code baseWeight} [e]. What the spec leaves out is
 * not there. The gains preactWeight and postactWeight count as biases: no weight decay by default.
 *
 * <p>Edges fall into groups, each with its own outputs and, unless they share them, its own inputs:
 * edge (g,o,i) is element (g O + o) I + i.
 */
public final class QkanLayout {

  private final QkanSpec spec;
  private final long[] edgeShape;
  private final int groups;
  private final int inputs;
  private final int outputs;
  private final boolean sharedInput;
  private final List<TensorShape> parameters;

  private QkanLayout(
      QkanSpec spec, long[] edgeShape, long groups, long inputs, long outputs, boolean shared) {
    if (groups < 1 || inputs < 1 || outputs < 1) {
      throw new IllegalArgumentException(
          "QKAN layer: sizes are " + Arrays.toString(edgeShape) + "; allowed: positive");
    }
    this.spec = spec;
    this.edgeShape = edgeShape;
    this.groups = Math.toIntExact(groups);
    this.inputs = Math.toIntExact(inputs);
    this.outputs = Math.toIntExact(outputs);
    this.sharedInput = shared;
    this.parameters = listParameters();
  }

  /** A layer: every output sums an edge from every input. */
  public static QkanLayout layer(QkanSpec spec, long inputs, long outputs) {
    return new QkanLayout(spec, new long[] {outputs, inputs}, 1, inputs, outputs, false);
  }

  /** One activation for each of {@code size} elements. */
  public static QkanLayout activations(QkanSpec spec, long size) {
    return new QkanLayout(spec, new long[] {size}, size, 1, 1, false);
  }

  /** The four layers of an LSTM's gates on one input. */
  static QkanLayout gates(QkanSpec spec, long inputs, long outputs) {
    return new QkanLayout(spec, new long[] {4, outputs, inputs}, 1, inputs, 4 * outputs, false);
  }

  /** The four latent layers of an LSTM's gates, each on its own input or all on one. */
  static QkanLayout latents(QkanSpec spec, long inputs, long outputs, boolean shared) {
    return new QkanLayout(spec, new long[] {4, outputs, inputs}, 4, inputs, outputs, shared);
  }

  public QkanSpec spec() {
    return spec;
  }

  int groups() {
    return groups;
  }

  /** Inputs of a group. */
  int inputs() {
    return inputs;
  }

  /** Outputs of a group. */
  int outputs() {
    return outputs;
  }

  boolean sharedInput() {
    return sharedInput;
  }

  /** All edges. */
  int edges() {
    return groups * inputs * outputs;
  }

  /** Inputs of the whole map. */
  public int inputSize() {
    return sharedInput ? inputs : groups * inputs;
  }

  /** Outputs of the whole map. */
  public int outputSize() {
    return groups * outputs;
  }

  /** Place of preactWeight among the parameters, its bias the next; -1 where absent. */
  int preactivation() {
    return spec.encodesAffinely() ? 1 : -1;
  }

  /** Place of postactWeight among the parameters, its bias the next; -1 where absent. */
  int postactivation() {
    return spec.postactivation() ? (spec.encodesAffinely() ? 3 : 1) : -1;
  }

  /** Place of baseWeight among the parameters; -1 where absent. */
  int base() {
    return spec.base() ? parameters.size() - 1 : -1;
  }

  /** The parameters, in the order in which a unit takes them. */
  public List<TensorShape> parameters() {
    return parameters;
  }

  private List<TensorShape> listParameters() {
    int layers = spec.ansatz().layers(spec.reps());
    List<TensorShape> all = new ArrayList<>();
    all.add(TensorShape.weight("theta", edgesAnd(layers, spec.ansatz().angles())));
    if (spec.encodesAffinely()) {
      all.add(TensorShape.bias("preactWeight", edgesAnd(spec.reps())));
      all.add(TensorShape.bias("preactBias", edgesAnd(spec.reps())));
    }
    if (spec.postactivation()) {
      all.add(TensorShape.bias("postactWeight", edgeShape));
      all.add(TensorShape.bias("postactBias", edgeShape));
    }
    if (spec.base()) {
      all.add(TensorShape.weight("baseWeight", edgeShape));
    }
    return List.copyOf(all);
  }

  private long[] edgesAnd(long... axes) {
    long[] shape = Arrays.copyOf(edgeShape, edgeShape.length + axes.length);
    System.arraycopy(axes, 0, shape, edgeShape.length, axes.length);
    return shape;
  }

  /** Shape of one edge's angles, over all edges. */
  int anglesPerEdge() {
    return spec.ansatz().layers(spec.reps()) * spec.ansatz().angles();
  }
}
