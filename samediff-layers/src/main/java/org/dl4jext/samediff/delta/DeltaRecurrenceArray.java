package org.dl4jext.samediff.delta;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The delta rule with normalised q and k as array operations: cuts the sequence into chunks, runs
 * {@link DeltaChunks}, and puts the results together.
 */
final class DeltaRecurrenceArray {

  /** Rows of a chunk where the spec leaves the choice: the products of chunks this long pay. */
  private static final int ROWS = 32;

  private final DeltaRuleSpec spec;
  private final DataType type;
  private final Arena arena;
  private DeltaChunkMasks masks;
  private DeltaRuleSizes sizes;
  private DeltaChunkLayout layout;
  private DeltaChunks chunks;

  /**
   * Makes a recurrence.
   *
   * @param arena holds what the backward pass needs
   */
  DeltaRecurrenceArray(DeltaRuleSpec spec, DataType type, Arena arena) {
    this.spec = spec;
    this.type = type;
    this.arena = arena;
  }

  /**
   * Runs the recurrence.
   *
   * @param sizes sizes of the arrays
   * @param in q, k, v, beta, g or null, and state or null, as in {@link DeltaRuleSizes}
   * @param o [B,T,HV,V], overwritten
   */
  void forward(DeltaRuleSizes sizes, INDArray[] in, INDArray o) {
    this.sizes = sizes;
    int n = sizes.householders();
    int tokens = spec.chunkTokens() > 0 ? spec.chunkTokens() : Math.max(1, ROWS / n);
    layout = new DeltaChunkLayout(sizes.batch(), sizes.tokens(), Math.min(tokens, sizes.tokens()));
    if (masks == null || masks.tokens != layout.chunkTokens()) {
      masks = new DeltaChunkMasks(layout.chunkTokens(), n, type);
    }
    INDArray q = layout.split(arena, in[DeltaRuleSizes.Q], sizes.group()).muli(spec.scale());
    INDArray k = layout.split(arena, in[DeltaRuleSizes.K], sizes.group());
    INDArray v = layout.split(arena, in[DeltaRuleSizes.V], 1);
    INDArray beta = splitNumbers(in[DeltaRuleSizes.BETA]);
    INDArray g = in[DeltaRuleSizes.G] == null ? null : splitNumbers(in[DeltaRuleSizes.G]);
    int states = sizes.batch() * sizes.valueHeads();
    chunks =
        new DeltaChunks(
            masks,
            arena,
            q,
            k,
            v,
            beta,
            g == null ? null : g.reshape(g.size(0), g.size(1)),
            states);
    INDArray state = in[DeltaRuleSizes.STATE];
    INDArray flat =
        state == null ? null : state.reshape('c', states, sizes.keySize(), sizes.valueSize());
    layout.join(arena, chunks.forward(flat), 1, o);
  }

  /** The state after the last token [B,HV,K,V]. */
  INDArray finalState() {
    return chunks.finalState().reshape('c', sizes.outputShape(1));
  }

  /**
   * Gradients of everything that the recurrence read, in arrays of the arena {@code to}.
   *
   * @param dO [B,T,HV,V]
   * @param dLast [B,HV,K,V] or null
   */
  INDArray[] backward(Arena to, INDArray dO, INDArray dLast) {
    int states = sizes.batch() * sizes.valueHeads();
    DeltaChunks.Gradients d =
        chunks.backward(
            to,
            layout.split(to, dO, 1),
            dLast == null ? null : dLast.reshape('c', states, sizes.keySize(), sizes.valueSize()));
    INDArray[] gradients = new INDArray[DeltaRuleSizes.INPUTS];
    gradients[DeltaRuleSizes.Q] = join(to, d.q.muli(spec.scale()), DeltaRuleSizes.Q);
    gradients[DeltaRuleSizes.K] = join(to, d.k, DeltaRuleSizes.K);
    gradients[DeltaRuleSizes.V] = join(to, d.v, DeltaRuleSizes.V);
    gradients[DeltaRuleSizes.BETA] = joinNumbers(to, d.beta, DeltaRuleSizes.BETA);
    if (d.g != null) {
      gradients[DeltaRuleSizes.G] = joinNumbers(to, d.g, DeltaRuleSizes.G);
    }
    gradients[DeltaRuleSizes.STATE] = d.state.reshape('c', sizes.inputShape(DeltaRuleSizes.STATE));
    return gradients;
  }

  private INDArray join(Arena to, INDArray chunked, int input) {
    int group = input == DeltaRuleSizes.V ? 1 : sizes.group();
    return layout.join(to, chunked, group, to.empty(sizes.inputShape(input)));
  }

  /** [B,rows,HV] to [N,rows of a chunk,1]. */
  private INDArray splitNumbers(INDArray x) {
    return layout.split(arena, x.reshape('c', x.size(0), x.size(1), x.size(2), 1), 1);
  }

  private INDArray joinNumbers(Arena to, INDArray chunked, int input) {
    INDArray x = to.empty(sizes.inputShape(input));
    INDArray column = x.reshape('c', x.size(0), x.size(1), x.size(2), 1);
    layout.join(to, chunked.reshape('c', chunked.size(0), chunked.size(1), 1), 1, column);
    return x;
  }
}
