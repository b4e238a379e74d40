package org.dl4jext.samediff.plstm;

import static org.dl4jext.samediff.plstm.PlstmCoreArrays.DIRECT;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.K;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.M;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.M_L;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.M_U;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.Q;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.S;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.STATE;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.S_D;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.S_R;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.T;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.T_DL;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.T_DU;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.T_RL;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.T_RU;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.V;

import java.util.ArrayList;
import java.util.List;
import org.dl4jext.samediff.DifferentiableUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The recurrences in the {@code ARRAY} execution: cells are joined level by level into blocks
 * ({@link PlstmBlocksArray}), within which each position reads all others by one masked product. A
 * grid is one block; a sequence has blocks of 2^level steps that hand states on. {@link
 * PlstmReference} is the slow form.
 */
final class PlstmArray implements DifferentiableUnit {

  private final boolean grid;
  private final double scale;
  private final DataType type;
  private final int chunk;
  private ArrayTape tape;

  /**
   * @param chunk steps of a block of a sequence, rounded up to a power of two; 0 for 64
   */
  PlstmArray(boolean grid, double scale, DataType type, int chunk) {
    this.grid = grid;
    this.scale = scale;
    this.type = type;
    this.chunk = chunk == 0 ? 64 : chunk;
  }

  private PlstmCoreArrays arrays(INDArray[] inputs) {
    return grid ? PlstmCoreArrays.grid(inputs, type) : PlstmCoreArrays.sequence(inputs, type);
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    PlstmCoreArrays arrays = arrays(inputs);
    arrays.requireOutputs("outputs", outputs);
    tape = null;
    ArrayTape made = new ArrayTape(inputs);
    PlstmHead head = arrays.head();
    made.end(
        grid
            ? new TapeArray[] {grid(head, scale, made.inputs())}
            : sequence(head, scale, made.inputs(), Math.min(chunk, arrays.width())),
        outputs);
    tape = keep ? made : null;
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    arrays(inputs).requireBackward(tape != null, outputGradients, inputGradients);
    tape.backward(outputGradients, inputGradients);
    tape = null;
  }

  private static long powerOfTwo(long least) {
    return least <= 1 ? 1 : Long.highestOneBit(least - 1) * 2;
  }

  /** Inputs Q, K, V, S_r, S_d, T_rl, T_du, T_dl, T_ru, M_l, M_u and D; output Y. */
  static TapeArray grid(PlstmHead h, double scale, TapeArray[] given) {
    long lanes = given[Q].size(0);
    long width = given[Q].size(1);
    long height = given[Q].size(2);
    long w = powerOfTwo(width);
    long t = powerOfTwo(height);
    TapeArray[] in = new TapeArray[given.length];
    for (int i = 0; i < in.length; i++) {
      in[i] = PlstmBlocksArray.padded(PlstmBlocksArray.padded(given[i], 1, w), 2, t);
    }
    long jt = h.stateSize();
    long jkv = (long) h.keys() * h.values();
    long joq = (long) h.outputs() * h.queries();
    TapeArray[] transitions = new TapeArray[4];
    int[] places = {T_RL, T_DU, T_DL, T_RU};
    for (int i = 0; i < places.length; i++) {
      transitions[i] = orZeros(in, places[i], lanes * w * t, jt, jt, 3);
    }
    TapeArray[] others = {
      PlstmBlocksArray.matrices(in[S_R], 3, jt, jkv),
      PlstmBlocksArray.matrices(in[S_D], 3, jt, jkv),
      PlstmBlocksArray.matrices(in[M_L], 3, joq, jt),
      PlstmBlocksArray.matrices(in[M_U], 3, joq, jt)
    };
    PlstmBlocksArray blocks =
        PlstmBlocksArray.grid(
            lanes, w, t, transitions, others, orZeros(in, DIRECT, lanes * w * t, joq, jkv, 3));
    for (long n = w; n > 1; n /= 2) {
      blocks = blocks.joinedAlongX();
    }
    for (long n = t; n > 1; n /= 2) {
      blocks = blocks.joinedAlongY();
    }
    // The cells of a block stand row by row along the second axis.
    TapeArray q = byRow(in[Q]);
    TapeArray k = byRow(in[K]);
    TapeArray v = byRow(in[V]);
    return attend(h, scale, q, k, v, blocks.gating())
        .reshape(lanes, t, w, h.valueSize(), h.outputs())
        .permute(0, 2, 1, 3, 4)
        .cut(1, 0, width)
        .cut(2, 0, height);
  }

  private static TapeArray orZeros(
      TapeArray[] in, int place, long count, long m, long n, int leading) {
    return in[place] == null
        ? in[Q].zeros(count, m, n)
        : PlstmBlocksArray.matrices(in[place], leading, m, n);
  }

  /** [lanes,X,Y,D,J] as [lanes,Y X,D,J]. */
  private static TapeArray byRow(TapeArray a) {
    return a.permute(0, 2, 1, 3, 4).reshape(a.size(0), a.size(1) * a.size(2), a.size(3), a.size(4));
  }

  /**
   * Y[a,v,o] = scale sum over b of Q[a,d,j] K[b,d,k] G[a,o,j,b,k,l] V[b,v,l].
   *
   * @param q [L,n,DK,JQ]
   * @param gating [L, n JO JQ, n JK JV]
   * @return [L,n,DV,JO]
   */
  private static TapeArray attend(
      PlstmHead h, double scale, TapeArray q, TapeArray k, TapeArray v, TapeArray gating) {
    long lanes = q.size(0);
    long n = q.size(1);
    int jo = h.outputs();
    int jq = h.queries();
    int jk = h.keys();
    int jv = h.values();
    TapeArray queries = q.permute(0, 1, 3, 2).reshape(lanes, n * jq, h.keySize());
    TapeArray keys = k.permute(0, 2, 1, 3).reshape(lanes, h.keySize(), n * jk);
    TapeArray qk =
        queries
            .product(keys)
            .times(scale) // [L, n JQ, n JK]
            .reshape(lanes * n, 1, jq, n * jk, 1)
            .spread(lanes * n, jo, jq, n * jk, jv);
    TapeArray weights = qk.times(gating.reshape(lanes * n, jo, jq, n * jk, jv));
    TapeArray byKey = weights.sum(2).reshape(lanes * n * jo, n, jk, jv).sum(2); // [L n JO, n, JV]
    TapeArray values = v.permute(0, 1, 3, 2).reshape(lanes, n * jv, h.valueSize());
    return byKey
        .reshape(lanes, n * jo, n * jv)
        .product(values)
        .reshape(lanes, n, jo, h.valueSize())
        .permute(0, 1, 3, 2);
  }

  /** Inputs Q, K, V, S, T, M, D and the state or null; outputs Y and the last state. */
  static TapeArray[] sequence(PlstmHead h, double scale, TapeArray[] given, int chunk) {
    long lanes = given[Q].size(0);
    long steps = given[Q].size(1);
    long c = powerOfTwo(chunk);
    long chunks = (steps + c - 1) / c;
    TapeArray[] in = new TapeArray[STATE];
    for (int i = 0; i < STATE; i++) {
      in[i] = i == T ? given[i] : PlstmBlocksArray.padded(given[i], 1, chunks * c);
    }
    in[T] = paddedByUnits(h, given[T], chunks * c);
    long jt = h.stateSize();
    long jkv = (long) h.keys() * h.values();
    long joq = (long) h.outputs() * h.queries();
    PlstmBlocksArray blocks =
        PlstmBlocksArray.sequence(
            lanes,
            chunks * c,
            PlstmBlocksArray.matrices(in[T], 2, jt, jt),
            PlstmBlocksArray.matrices(in[S], 2, jt, jkv),
            PlstmBlocksArray.matrices(in[M], 2, joq, jt),
            PlstmBlocksArray.matrices(in[PlstmCoreArrays.D], 2, joq, jkv));
    for (long n = c; n > 1; n /= 2) {
      blocks = blocks.joinedAlongX();
    }
    TapeArray[] qkv = new TapeArray[3];
    for (int i = 0; i < 3; i++) {
      qkv[i] = in[i].reshape(lanes * chunks, c, in[i].size(2), in[i].size(3));
    }
    TapeArray within = attend(h, scale, qkv[0], qkv[1], qkv[2], blocks.gating());
    TapeArray reads = reads(h, scale, qkv[0], blocks.mark()); // [L n, c JO, DK JT]
    TapeArray writes = writes(h, qkv[1], qkv[2], blocks.source()); // [L n, JT, DK DV]
    TapeArray state =
        given[STATE] == null
            ? in[Q].zeros(lanes, jt, (long) h.keySize() * h.valueSize())
            : given[STATE]
                .permute(0, 3, 1, 2)
                .reshape(lanes, jt, (long) h.keySize() * h.valueSize());
    List<TapeArray> fromStates = new ArrayList<>();
    for (int i = 0; i < chunks; i++) {
      TapeArray byKey = state.reshape(lanes, jt * h.keySize(), h.valueSize());
      fromStates.add(ofChunk(reads, lanes, chunks, i).product(byKey));
      state =
          ofChunk(blocks.transition(), lanes, chunks, i)
              .product(state)
              .plus(ofChunk(writes, lanes, chunks, i));
    }
    TapeArray across =
        TapeArray.join(1, fromStates.toArray(new TapeArray[0]))
            .reshape(lanes, chunks * c, h.outputs(), h.valueSize())
            .permute(0, 1, 3, 2);
    TapeArray y =
        within.reshape(lanes, chunks * c, h.valueSize(), h.outputs()).plus(across).cut(1, 0, steps);
    return new TapeArray[] {
      y, state.reshape(lanes, jt, h.keySize(), h.valueSize()).permute(0, 2, 3, 1)
    };
  }

  /** Steps after the last one leave the state as it is. */
  private static TapeArray paddedByUnits(PlstmHead h, TapeArray t, long steps) {
    long more = steps - t.size(1);
    if (more == 0) {
      return t;
    }
    INDArray unit = Nd4j.eye(h.stateSize()).castTo(t.value().dataType());
    INDArray units =
        unit.reshape('c', 1, 1, h.stateSize(), h.stateSize())
            .broadcast(
                Nd4j.createUninitialized(
                    t.value().dataType(), t.size(0), more, h.stateSize(), h.stateSize()));
    return TapeArray.join(1, t, t.constant(units));
  }

  private static TapeArray ofChunk(TapeArray all, long lanes, long chunks, int i) {
    long m = all.size(1);
    long n = all.size(2);
    return all.reshape(lanes, chunks, m * n).cut(1, i, i + 1L).reshape(lanes, m, n);
  }

  /** scale Q[a,d,j] M[a,o,j,i] as [L, n JO, JT DK]. */
  private static TapeArray reads(PlstmHead h, double scale, TapeArray q, TapeArray mark) {
    long cells = q.size(0) * q.size(1);
    TapeArray queries = q.reshape(cells, h.keySize(), h.queries()).permute(0, 2, 1);
    TapeArray marks =
        mark.reshape(cells, h.outputs(), h.queries(), h.stateSize())
            .permute(0, 1, 3, 2)
            .reshape(cells, (long) h.outputs() * h.stateSize(), h.queries());
    return marks
        .product(queries)
        .times(scale)
        .reshape(q.size(0), q.size(1) * h.outputs(), (long) h.stateSize() * h.keySize());
  }

  /** S[i,b,k,l] K[b,d,k] V[b,v,l] as [L, JT, DK DV]. */
  private static TapeArray writes(PlstmHead h, TapeArray k, TapeArray v, TapeArray source) {
    long lanes = k.size(0);
    long n = k.size(1);
    int jt = h.stateSize();
    int jv = h.values();
    TapeArray sources =
        source
            .reshape(lanes, jt, n, h.keys(), jv)
            .permute(0, 2, 1, 4, 3)
            .reshape(lanes * n, (long) jt * jv, h.keys());
    TapeArray keys = k.reshape(lanes * n, h.keySize(), h.keys()).permute(0, 2, 1);
    TapeArray weighted =
        sources
            .product(keys) // [L n, JT JV, DK]
            .reshape(lanes, n, jt, jv, h.keySize())
            .permute(0, 2, 4, 1, 3)
            .reshape(lanes, (long) jt * h.keySize(), n * jv);
    TapeArray values = v.permute(0, 1, 3, 2).reshape(lanes, n * jv, h.valueSize());
    return weighted.product(values).reshape(lanes, jt, (long) h.keySize() * h.valueSize());
  }
}
