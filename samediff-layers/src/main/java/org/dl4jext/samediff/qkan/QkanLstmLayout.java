package org.dl4jext.samediff.qkan;

import java.util.ArrayList;
import java.util.List;
import org.dl4jext.samediff.TensorShape;

/**
 * Where the parts of a QKAN-LSTM stand in its parameters and states.
 *
 * <p>Gates are in the order f, i, g, o and v = [h, x] has V = nOut + nIn elements. The parameters
 * of the circuits are those of {@link QkanLayout} with the leading shape [4,nOut,V], or
 * [4,latentOut,latentIn] behind encoders {@code encW} [4,latentIn,V], {@code encB} [4,latentIn] and
 * before decoders {@code decW} [4,nOut,latentOut], {@code decB} [4,nOut]; with a shared codec these
 * have no axis 4. States: h and c, [nOut] each.
 */
public final class QkanLstmLayout {

  private final QkanLstmSpec spec;
  private final int inputSize;
  private final int outputSize;
  private final QkanLayout circuits;

  /**
   * @param spec the options
   * @param inputSize nIn
   * @param outputSize nOut
   */
  public QkanLstmLayout(QkanLstmSpec spec, long inputSize, long outputSize) {
    if (inputSize < 1 || outputSize < 1) {
      throw new IllegalArgumentException(
          "QKAN-LSTM: nIn and nOut are "
              + inputSize
              + " and "
              + outputSize
              + "; allowed: positive");
    }
    this.spec = spec;
    this.inputSize = Math.toIntExact(inputSize);
    this.outputSize = Math.toIntExact(outputSize);
    this.circuits =
        spec.isHybrid()
            ? QkanLayout.latents(
                spec.edges(), spec.latentIn(), spec.latentOut(), spec.sharedCodec())
            : QkanLayout.gates(spec.edges(), outputSize + inputSize, outputSize);
  }

  public QkanLstmSpec spec() {
    return spec;
  }

  public int inputSize() {
    return inputSize;
  }

  public int outputSize() {
    return outputSize;
  }

  /** V, elements of [h, x]. */
  int joinedSize() {
    return outputSize + inputSize;
  }

  QkanLayout circuits() {
    return circuits;
  }

  /** Encoders and decoders: 1 or 4. */
  int codecs() {
    return spec.sharedCodec() ? 1 : 4;
  }

  /** Place of encW, encB, decW, decB among the parameters, one after the other. */
  int codec() {
    return circuits.parameters().size();
  }

  /** The parameters, in the order in which a unit takes them. */
  public List<TensorShape> parameters() {
    List<TensorShape> all = new ArrayList<>(circuits.parameters());
    if (spec.isHybrid()) {
      all.add(TensorShape.weight("encW", perCodec(spec.latentIn(), joinedSize())));
      all.add(TensorShape.bias("encB", perCodec(spec.latentIn())));
      all.add(TensorShape.weight("decW", perCodec(outputSize, spec.latentOut())));
      all.add(TensorShape.bias("decB", perCodec(outputSize)));
    }
    return List.copyOf(all);
  }

  private long[] perCodec(long... axes) {
    if (spec.sharedCodec()) {
      return axes;
    }
    long[] shape = new long[axes.length + 1];
    shape[0] = 4;
    System.arraycopy(axes, 0, shape, 1, axes.length);
    return shape;
  }

  /** The states, in the order in which a unit takes them. */
  public List<TensorShape> states() {
    return List.of(TensorShape.state("h", outputSize), TensorShape.state("c", outputSize));
  }
}
