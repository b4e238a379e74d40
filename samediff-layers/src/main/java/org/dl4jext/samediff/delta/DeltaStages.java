package org.dl4jext.samediff.delta;

import java.util.Arrays;
import java.util.List;
import org.dl4jext.samediff.LayerUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What stands around the recurrence of a delta layer, as array operations: projection, convolution,
 * activations, norms and gates before it; norm, gate and projection after it.
 *
 * <p>Other packages put their own recurrence between {@link #tokens} and {@link #outputs}, forward
 * only. Not thread-safe; the arrays that it returns are valid until the next call of {@link
 * #tokens}.
 */
public final class DeltaStages {

  private final DeltaLayout layout;
  private final DeltaSpec spec;
  private final Arena kept;
  final DeltaConvolutionArray convolution;
  final DeltaHeadsArray heads;
  final DeltaReadoutArray readout;
  private Packing packing;
  private INDArray projected;
  private INDArray read;

  /**
   * @param layout of the layer
   * @param type FLOAT or DOUBLE
   */
  public DeltaStages(DeltaLayout layout, DataType type) {
    this(layout, new Arena(type));
  }

  DeltaStages(DeltaLayout layout, Arena kept) {
    this.layout = layout;
    this.kept = kept;
    spec = layout.spec();
    convolution = new DeltaConvolutionArray(spec.convolutionWidth(), layout.channels(), kept);
    heads = new DeltaHeadsArray(layout, kept);
    readout = new DeltaReadoutArray(spec, kept);
  }

  /**
   * What the recurrence reads at all steps, zero where masked: q [N,T,H,K], k [N,T*n,H,K], v
   * [N,T*n,HV,V], beta [N,T*n,HV] and g [N,T,HV], the log decay, or null without forget gate.
   *
   * @param inputs x [N,T,nIn], mask [N,T] or null, and the parameters of the layout
   * @param before last projected inputs [N,W-1,C], or null for zeros
   */
  public INDArray[] tokens(INDArray[] inputs, INDArray before) {
    kept.rewind();
    int batch = Math.toIntExact(inputs[0].size(0));
    int steps = Math.toIntExact(inputs[0].size(1));
    Packing packed = new Packing(batch, steps, inputs[1]);
    DeltaRuleSizes sizes = ruleSizes(packed, steps);
    INDArray[] parts;
    if (packed.rows == 0) {
      packing = packed;
      parts = new INDArray[spec.forgetGate() ? DeltaRuleSizes.G + 1 : DeltaRuleSizes.G];
      for (int i = 0; i < parts.length; i++) {
        parts[i] = kept.zeros(sizes.inputShape(i));
      }
    } else {
      parts = before(packed, inputs, before == null ? null : kept.contiguous(before));
      for (int i = 0; i < parts.length; i++) {
        parts[i] =
            parts[i] == null
                ? null
                : packing.unpack(kept, parts[i]).reshape('c', sizes.inputShape(i));
      }
    }
    return Arrays.copyOf(parts, DeltaRuleSizes.G + 1);
  }

  /**
   * y [N,T,nOut] from the reads; 0 where masked.
   *
   * @param inputs those of {@link #tokens}
   * @param reads [N,T,HV*V]
   */
  public INDArray outputs(INDArray[] inputs, INDArray reads) {
    long batch = packing.batch;
    if (packing.rows == 0) {
      return kept.zeros(batch, packing.tokens, layout.outputSize());
    }
    INDArray rows = reads.reshape('c', batch * packing.tokens, layout.readSize());
    INDArray y = after(inputs, packing.pack(kept, rows));
    return packing.unpack(kept, y).reshape('c', batch, packing.tokens, layout.outputSize());
  }

  /**
   * The last projected inputs [N,W-1,C] of each example; only for W > 1.
   *
   * @param before those before the first step, or null for zeros
   */
  public INDArray lastInputs(INDArray before) {
    if (packing.rows > 0) {
      return convolution.finalState();
    }
    return before != null
        ? before
        : kept.zeros(packing.batch, spec.convolutionWidth() - 1L, layout.channels());
  }

  /** q, k, v, beta and g (or null) of the steps that exist, each [R,columns]. */
  INDArray[] before(Packing packing, INDArray[] inputs, INDArray before) {
    this.packing = packing;
    projected = kept.product(packedInput(kept, inputs[0]), parameter(kept, inputs, "W"));
    INDArray channels = DeltaHeadsArray.columns(projected, 0, layout.channels());
    INDArray convolved =
        spec.convolutionWidth() == 0
            ? channels
            : convolution.forward(
                packing,
                channels,
                parameter(kept, inputs, "Wc"),
                parameter(kept, inputs, "bc"),
                before);
    return heads.forward(
        convolved, projected, parameter(kept, inputs, "A"), parameter(kept, inputs, "dt"));
  }

  /** y [R,nOut] from the reads [R,HV*V] of the steps that exist. */
  INDArray after(INDArray[] inputs, INDArray reads) {
    INDArray gate =
        spec.outputGate()
            ? DeltaHeadsArray.columns(projected, layout.gateColumn(), layout.columns())
            : null;
    read = readout.forward(headRows(reads), parameter(kept, inputs, "Wn"), gate);
    return kept.product(gatedReads(), parameter(kept, inputs, "Wo"));
  }

  /** What the output projection reads [R,HV*V]. */
  INDArray gatedReads() {
    return read.reshape('c', packing.rows, layout.readSize());
  }

  INDArray headRows(INDArray rows) {
    return rows.reshape('c', rows.length() / spec.valueSize(), spec.valueSize());
  }

  /** x [R,nIn] of the steps that exist. */
  INDArray packedInput(Arena arena, INDArray x) {
    return packing.pack(arena, allRows(arena, x));
  }

  static INDArray allRows(Arena arena, INDArray x) {
    return arena.contiguous(x).reshape('c', x.size(0) * x.size(1), x.size(2));
  }

  /** A parameter by name, or null where the layer has none. */
  INDArray parameter(Arena arena, INDArray[] inputs, String name) {
    int index = position(name);
    return index < 0 ? null : arena.contiguous(inputs[index]);
  }

  /** Place of a parameter among the inputs; -1 where the layer has none. */
  int position(String name) {
    List<String> names = layout.parameters().stream().map(p -> p.name()).toList();
    int index = names.indexOf(name);
    return index < 0 ? -1 : LayerUnit.FIRST_PARAMETER + index;
  }

  DeltaRuleSizes ruleSizes(Packing packing, int steps) {
    return new DeltaRuleSizes(
        packing.batch,
        steps,
        spec.householders(),
        spec.heads(),
        spec.valueHeads(),
        spec.keySize(),
        spec.valueSize());
  }
}
