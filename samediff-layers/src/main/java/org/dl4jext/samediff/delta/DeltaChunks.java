package org.dl4jext.samediff.delta;

import org.dl4jext.samediff.Views;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The gated delta product over chunks, as few batched matrix products.
 *
 * <p>A chunk holds c tokens and L = c n micro-steps; N = chunks x heads, the chunk being the slower
 * index, so that all chunks are worked on at once but for the two products that pass the state on.
 * With gamma the running sum of the gates in a chunk, rho the same for each micro-step, and S the
 * state that enters the chunk:
 *
 * <pre>
 *   A = (K K') * exp(rho_i - rho_j), i > j             u = (I + beta A)^-1 beta (V - e^rho (K S))
 *   P = (Q K') * exp(gamma_t - rho_i), i seen by t     o = e^gamma (Q S) + P u
 *   S_next = e^gamma_c S + (e^(gamma_c - rho) K)' u
 * </pre>
 *
 * <p>The inverse is built by block recursion from blocks of 4; only differences of gates that are
 * not hidden are exponentiated. {@link DeltaReference} is the slow form.
 */
final class DeltaChunks {

  /** Below this, the exponential is 0; keeps differences of gates finite. */
  private static final double LEAST_GATE = -1e4;

  /** Gradients of a pass. */
  static final class Gradients {
    INDArray q;
    INDArray k;
    INDArray v;
    INDArray beta;
    INDArray g;
    INDArray state;
  }

  private final DeltaChunkMasks masks;
  private final Arena arena;
  private final INDArray q;
  private final INDArray k;
  private final INDArray v;
  private final INDArray beta;
  private final boolean gated;
  private final int heads;
  private final int chunks;

  /** e^gamma [N,c,1], e^rho [N,L,1], e^(gamma_c - rho) [N,L,1], e^gamma_c [N,1,1]; or null. */
  private INDArray readDecay;

  private INDArray rowDecay;
  private INDArray endDecay;
  private INDArray wholeDecay;

  /** The factors on K K' [.,L,L] and on Q K' [.,c,L]. */
  private INDArray keyDecay;

  private INDArray queryDecay;

  private INDArray a;
  private INDArray inverse;
  private INDArray w;
  private INDArray u;
  private INDArray p;
  private INDArray keysToEnd;
  private INDArray queriesFromStart;

  /** [chunks+1,heads..]: the state that enters each chunk, and the last one. */
  private INDArray states;

  private INDArray entering;

  /**
   * Takes the arrays of a pass; they must not change until the backward pass is done.
   *
   * @param q [N,c,K], already scaled
   * @param k [N,L,K]
   * @param v [N,L,V]
   * @param beta [N,L,1]
   * @param heads number of states: batch x value heads
   */
  DeltaChunks(
      DeltaChunkMasks masks,
      Arena arena,
      INDArray q,
      INDArray k,
      INDArray v,
      INDArray beta,
      INDArray g,
      int heads) {
    this.masks = masks;
    this.arena = arena;
    this.q = q;
    this.k = k;
    this.v = v;
    this.beta = beta;
    this.heads = heads;
    chunks = Math.toIntExact(q.size(0)) / heads;
    gated = g != null;
    if (gated) {
      decays(g);
    } else {
      keyDecay = masks.below;
      queryDecay = masks.seen;
    }
  }

  /** From g [N,c]. */
  private void decays(INDArray g) {
    long n = g.size(0);
    long c = g.size(1);
    long rows = k.size(1);
    INDArray bounded = Transforms.max(arena.copy(g), LEAST_GATE, false);
    INDArray gamma = arena.product(bounded, masks.running);
    INDArray rho = arena.zeros(n, c, masks.householders);
    Arena.plusInto(rho, gamma.reshape(n, c, 1), rho);
    INDArray column = rho.reshape(n, rows, 1);
    INDArray whole = arena.copy(Views.cut(gamma, 1, c - 1, c));
    keyDecay = difference(column, rho.reshape(n, 1, rows), masks.hideAbove);
    queryDecay = difference(gamma.reshape(n, c, 1), rho.reshape(n, 1, rows), masks.hideUnseen);
    INDArray end = arena.copy(column);
    Arena.minusInto(whole.reshape(n, 1, 1), column, end);
    endDecay = Transforms.exp(end, false);
    rowDecay = arena.exp(column);
    readDecay = arena.exp(gamma).reshape(n, c, 1);
    wholeDecay = arena.exp(whole).reshape(n, 1, 1);
  }

  /** exp(a_i - b_j + hidden), [N,rows of a,columns of b]. */
  private INDArray difference(INDArray rows, INDArray columns, INDArray hidden) {
    INDArray d = arena.empty(rows.size(0), rows.size(1), columns.size(2));
    Arena.minusInto(rows, columns, d);
    Arena.plusInto(d, hidden, d);
    return Transforms.exp(d, false);
  }

  /**
   * Reads o [N,c,V].
   *
   * @param state [heads,K,V] before the first token, or null
   */
  INDArray forward(INDArray state) {
    a = arena.product(k, false, k, true);
    Arena.timesInto(a, keyDecay, a);
    inverse = inverse(arena.times(a, beta));
    INDArray weighted = arena.times(k, beta);
    w = arena.product(inverse, decayed(weighted, rowDecay, weighted));
    u = arena.product(inverse, arena.times(v, beta));
    p = arena.product(q, false, k, true);
    Arena.timesInto(p, queryDecay, p);
    keysToEnd = gated ? arena.times(k, endDecay) : k;
    queriesFromStart = gated ? arena.times(q, readDecay) : q;
    passStates(state);
    INDArray o = arena.product(queriesFromStart, entering);
    return o.addi(arena.product(p, u));
  }

  /** The state after the last token [heads,K,V]. */
  INDArray finalState() {
    return chunk(states, chunks);
  }

  private void passStates(INDArray state) {
    states = arena.empty((long) (chunks + 1) * heads, k.size(2), v.size(2));
    INDArray first = chunk(states, 0);
    if (state == null) {
      first.assign(0);
    } else {
      first.assign(state);
    }
    INDArray read = arena.empty(heads, k.size(1), v.size(2));
    INDArray kept = arena.empty(heads, k.size(2), v.size(2));
    for (int c = 0; c < chunks; c++) {
      INDArray s = chunk(states, c);
      INDArray after = chunk(states, c + 1);
      chunk(u, c).subi(Nd4j.matmul(chunk(w, c), s, read, false, false, false));
      Nd4j.matmul(chunk(keysToEnd, c), chunk(u, c), after, true, false, false);
      after.addi(gated ? Arena.timesInto(s, chunk(wholeDecay, c), kept) : s);
    }
    entering = Views.cut(states, 0, 0, (long) chunks * heads);
  }

  private INDArray chunk(INDArray array, int c) {
    return Views.cut(array, 0, (long) c * heads, (long) (c + 1) * heads);
  }

  /** x times decay in place of to, or x without gates. */
  private INDArray decayed(INDArray x, INDArray decay, INDArray to) {
    return gated ? Arena.timesInto(x, decay, to) : x;
  }

  /**
   * (I + m)^-1 for m strictly lower triangular: blocks of 4 by (I - b)(I + b b), then ever larger
   * blocks [[X1,0],[-X2 m21 X1,X2]].
   */
  private INDArray inverse(INDArray m) {
    INDArray b = arena.times(m, masks.base);
    INDArray x = arena.empty(m.shape());
    Arena.minusInto(masks.unit, b, x);
    x.addi(arena.product(x, arena.product(b, b)));
    INDArray left = arena.empty(m.shape());
    INDArray right = arena.empty(m.shape());
    INDArray corner = arena.empty(m.shape());
    for (INDArray quarter : masks.quarters) {
      Arena.timesInto(m, quarter, corner);
      Nd4j.matmul(corner, x, right, false, false, false);
      Nd4j.matmul(x, right, left, false, false, false);
      x.subi(left);
    }
    return x;
  }

  /**
   * Differentiates {@code <o, dO> + <final state, dLast>}.
   *
   * @param to takes the results
   * @param dO [N,c,V]
   * @param dLast [heads,K,V] or null
   */
  Gradients backward(Arena to, INDArray dO, INDArray dLast) {
    INDArray du = to.product(p, true, dO, false);
    INDArray dStates = passBack(to, du, dO, dLast);
    INDArray leaving = Views.cut(dStates, 0, heads, (long) (chunks + 1) * heads);
    Gradients d = new Gradients();
    d.state = chunk(dStates, 0);
    INDArray dr = to.product(inverse, true, du, false);
    d.v = to.times(dr, beta);

    INDArray error = to.product(a, u);
    INDArray read = to.product(k, entering);
    error.addi(decayed(read, rowDecay, read));
    Arena.minusInto(v, error, error);
    d.beta = to.dot(dr, error, 2);

    INDArray dp = to.product(dO, false, u, true);
    INDArray pairs = to.product(d.v, false, u, true);
    INDArray seenPairs = gated ? to.times(dp, p) : null;
    INDArray keyPairs = gated ? to.times(pairs, a) : null;
    Arena.timesInto(dp, queryDecay, dp);
    Arena.timesInto(pairs, keyDecay, pairs);

    INDArray fromState = to.product(dO, false, entering, true);
    decayed(fromState, readDecay, fromState);
    INDArray toEnd = to.product(u, false, leaving, true);
    decayed(toEnd, endDecay, toEnd);
    INDArray fromRead = to.product(d.v, false, entering, true);
    decayed(fromRead, rowDecay, fromRead);
    if (gated) {
      d.g = gateGradient(to, seenPairs, keyPairs, fromState, toEnd, fromRead, leaving);
    }
    d.q = fromState.addi(to.product(dp, k));
    d.k =
        toEnd
            .addi(to.product(dp, true, q, false))
            .subi(fromRead)
            .subi(to.product(pairs, k))
            .subi(to.product(pairs, true, k, false));
    return d;
  }

  /** Adds the later chunks to du; returns the gradients of the states between the chunks. */
  private INDArray passBack(Arena to, INDArray du, INDArray dO, INDArray dLast) {
    INDArray fromReads = to.product(queriesFromStart, true, dO, false);
    INDArray dStates = to.empty(states.shape());
    INDArray last = chunk(dStates, chunks);
    if (dLast == null) {
      last.assign(0);
    } else {
      last.assign(dLast);
    }
    INDArray written = to.empty(heads, k.size(1), v.size(2));
    INDArray kept = to.empty(heads, k.size(2), v.size(2));
    for (int c = chunks - 1; c >= 0; c--) {
      INDArray after = chunk(dStates, c + 1);
      INDArray before = chunk(dStates, c);
      chunk(du, c).addi(Nd4j.matmul(chunk(keysToEnd, c), after, written, false, false, false));
      Nd4j.matmul(chunk(w, c), chunk(du, c), before, true, false, false);
      Arena.minusInto(chunk(fromReads, c), before, before);
      before.addi(gated ? Arena.timesInto(after, chunk(wholeDecay, c), kept) : after);
    }
    return dStates;
  }

  /** [N,c]: sums over the later tokens of the chunk of the gradients of gamma. */
  private INDArray gateGradient(
      Arena to,
      INDArray seenPairs,
      INDArray keyPairs,
      INDArray fromState,
      INDArray toEnd,
      INDArray fromRead,
      INDArray leaving) {
    long n = q.size(0);
    long c = q.size(1);
    INDArray written = to.dot(k, toEnd, 2);
    INDArray dRho = to.dot(k, fromRead, 2).addi(written).negi();
    dRho.subi(to.sum(seenPairs, 1)).subi(to.sum(keyPairs, 2)).addi(to.sum(keyPairs, 1));
    INDArray dGamma = to.dot(q, fromState, 2).addi(to.sum(seenPairs, 2));
    dGamma.addi(to.sum(dRho.reshape(n, c, masks.householders), 2));
    INDArray kept = to.sum(to.dot(entering, leaving, 2), 1);
    INDArray whole = Arena.timesInto(kept, wholeDecay.reshape(n), kept).addi(to.sum(written, 1));
    Views.cut(dGamma, 1, c - 1, c).addi(whole.reshape(n, 1));
    return to.product(dGamma, false, masks.running, true);
  }
}
