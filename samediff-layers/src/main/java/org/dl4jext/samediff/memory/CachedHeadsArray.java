package org.dl4jext.samediff.memory;

import static org.dl4jext.samediff.memory.HeadArrays.column;
import static org.dl4jext.samediff.memory.HeadArrays.part;
import static org.dl4jext.samediff.memory.HeadArrays.product;
import static org.dl4jext.samediff.memory.HeadArrays.steps;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dl4jext.samediff.Views;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The cached recurrence of all examples and heads, with the gates given: the online memory step by
 * step, cached memories for a whole segment at once. {@link CachedHeadReference} is the slow form.
 */
final class CachedHeadsArray {

  private final CachedRecurrenceSizes sizes;
  private final ArrayMemory memory;
  private final boolean soup;
  private final boolean checkpoint;
  private final long readSize;

  /** Queries with their factor [R,T,K], zero at masked steps as all that follow. */
  private final INDArray q;

  private final INDArray k;
  private final INDArray v;
  private final List<INDArray> scalars;
  private final INDArray exists;
  private final INDArray initial;
  private final List<INDArray> gates;
  final INDArray[] cached;
  INDArray last;

  /** The memories before each step. */
  private final INDArray[] before;

  final INDArray dq;
  final INDArray dk;
  final INDArray dv;
  final List<INDArray> dScalars = new ArrayList<>();
  final List<INDArray> dGates = new ArrayList<>();
  final INDArray dInitial;

  CachedHeadsArray(
      CachedRecurrenceSizes sizes,
      List<INDArray> tokens,
      List<INDArray> scalars,
      INDArray exists,
      List<INDArray> gates,
      INDArray initial,
      INDArray online,
      INDArray[] cached) {
    this.sizes = sizes;
    this.q = tokens.get(0);
    this.k = tokens.get(1);
    this.v = tokens.get(2);
    this.scalars = scalars;
    this.exists = exists;
    this.gates = gates;
    this.initial = initial;
    this.last = online;
    BaseMemory kind = sizes.spec().memory();
    memory =
        kind.isDeep()
            ? new DeepMemoryArray(kind, sizes.keySize(), sizes.valueSize(), sizes.deepSize())
            : new MatrixMemoryArray(kind, sizes.keySize(), sizes.valueSize());
    soup = sizes.spec().caching().variant() == CachingVariant.SOUP;
    checkpoint = sizes.spec().caching().segmentStart() == SegmentStart.CHECKPOINT;
    readSize = sizes.readSize();
    this.cached = Arrays.copyOf(cached, sizes.plan().entries());
    before = new INDArray[sizes.steps()];
    dq = Nd4j.zerosLike(q);
    dk = Nd4j.zerosLike(k);
    dv = Nd4j.zerosLike(v);
    scalars.forEach(s -> dScalars.add(Nd4j.zerosLike(s)));
    dInitial = Nd4j.zerosLike(initial);
  }

  private boolean isFresh(SegmentPlan.Segment s) {
    return !s.continues() && !(checkpoint && s.closed() >= 0);
  }

  private INDArray readPart(INDArray m) {
    return part(m, 0, m.size(0), readSize);
  }

  private ArrayMemory.Tokens tokens(int t) {
    return new ArrayMemory.Tokens(
        Views.at(k, 1, t).dup('c'),
        Views.at(v, 1, t).dup('c'),
        scalars.stream().map(s -> column(s, t)).toList());
  }

  /** A masked step leaves the memories as they were. */
  private INDArray write(int t, INDArray m) {
    INDArray here = column(exists, t);
    INDArray after = HeadArrays.scale(memory.write(m, tokens(t)), here);
    return after.addi(HeadArrays.scale(m.dup('c'), here.rsub(1)));
  }

  /** The outputs [R,T,V]. */
  INDArray forward() {
    INDArray o = Nd4j.zerosLike(v);
    INDArray m = last;
    for (int i = 0; i < sizes.plan().segments().size(); i++) {
      SegmentPlan.Segment s = sizes.plan().segments().get(i);
      if (s.closed() >= 0) {
        cached[s.closed()] = readPart(m);
      }
      if (s.merged() >= 0) {
        INDArray earlier = cached[s.earlier()];
        INDArray later = cached[s.later()];
        cached[s.merged()] = checkpoint ? later : later.add(earlier).subi(readPart(initial));
      }
      m = isFresh(s) ? initial : m;
      for (int t = s.start(); t < s.end(); t++) {
        before[t] = m;
        m = write(t, m);
        Views.cut(o, 1, t, t + 1L).assign(readOnline(s, i, t, m));
      }
      for (int j = 0; j < s.readable().size() && !soup; j++) {
        INDArray y = memory.read(cached[s.readable().get(j)], steps(q, s.start(), s.end()));
        Views.cut(o, 1, s.start(), s.end()).addi(y.muli(gate(i, j, y)));
      }
    }
    last = m;
    return o;
  }

  /** The gates of one column of a segment in the shape of y [R,L,V]. */
  private INDArray gate(int segment, int j, INDArray y) {
    INDArray column = Views.at(gates.get(segment), 2, j).dup('c');
    return column
        .reshape('c', column.size(0), column.size(1), 1)
        .broadcast(Nd4j.createUninitialized(y.dataType(), y.shape()));
  }

  /** The gates of one step [R,1,E]. */
  private INDArray gatesAt(SegmentPlan.Segment s, int segment, int t) {
    return steps(gates.get(segment), t - s.start(), t - s.start() + 1);
  }

  private INDArray readOnline(SegmentPlan.Segment s, int segment, int t, INDArray m) {
    INDArray query = steps(q, t, t + 1);
    if (soup) {
      return memory.read(mixed(s, segment, t, m), query);
    }
    INDArray y = memory.read(m, query);
    INDArray online = column(Views.at(gates.get(segment), 2, s.readable().size()), t - s.start());
    return HeadArrays.scale(y, online);
  }

  /** All that a step can read [R,E,P]. */
  private INDArray stacked(SegmentPlan.Segment s, INDArray m) {
    INDArray[] all = new INDArray[s.readable().size() + 1];
    for (int j = 0; j < all.length; j++) {
      INDArray of = j == all.length - 1 ? readPart(m) : cached[s.readable().get(j)];
      all[j] = of.dup('c').reshape('c', of.size(0), 1, readSize);
    }
    return Nd4j.concat(1, all);
  }

  private INDArray mixed(SegmentPlan.Segment s, int segment, int t, INDArray m) {
    return product(gatesAt(s, segment, t), stacked(s, m)).reshape('c', m.size(0), readSize);
  }

  /**
   * Fills the gradients.
   *
   * @param dO gradient of the outputs [R,T,V], zero at masked steps
   * @param dCached gradients of what is cached at the end, zero elsewhere; changed
   * @param dLast gradient of the memories after the pass
   * @return gradient of those before it
   */
  INDArray backward(INDArray dO, INDArray[] dCached, INDArray dLast) {
    INDArray dm = dLast.dup('c');
    gates.forEach(g -> dGates.add(Nd4j.zerosLike(g)));
    for (int i = sizes.plan().segments().size() - 1; i >= 0; i--) {
      SegmentPlan.Segment s = sizes.plan().segments().get(i);
      for (int j = 0; j < s.readable().size() && !soup; j++) {
        cachedBackward(s, i, j, dO, dCached);
      }
      for (int t = s.end() - 1; t >= s.start(); t--) {
        INDArray d = steps(dO, t, t + 1);
        INDArray after = write(t, before[t]);
        if (soup) {
          soupBackward(s, i, t, after, d, dCached, dm);
        } else {
          onlineBackward(s, i, t, after, d, dm);
        }
        dm = writeBackward(t, dm);
      }
      dm = startBackward(s, dm, dCached);
    }
    return dm;
  }

  private INDArray startBackward(SegmentPlan.Segment s, INDArray dm, INDArray[] dCached) {
    INDArray d = dm;
    if (isFresh(s)) {
      dInitial.addi(dm);
      d = Nd4j.zerosLike(dm);
    }
    if (s.merged() >= 0) {
      dCached[s.later()].addi(dCached[s.merged()]);
      if (!checkpoint) {
        dCached[s.earlier()].addi(dCached[s.merged()]);
        HeadArrays.addPart(dInitial, 0, dCached[s.merged()].neg());
      }
    }
    if (s.closed() >= 0) {
      HeadArrays.addPart(d, 0, dCached[s.closed()]);
    }
    return d;
  }

  private void cachedBackward(
      SegmentPlan.Segment s, int segment, int j, INDArray dO, INDArray[] dCached) {
    int entry = s.readable().get(j);
    INDArray queries = steps(q, s.start(), s.end());
    INDArray d = steps(dO, s.start(), s.end());
    INDArray y = memory.read(cached[entry], queries);
    Views.at(dGates.get(segment), 2, j).addi(y.mul(d).sum(2));
    d.muli(gate(segment, j, d));
    INDArray more = memory.readBackward(cached[entry], queries, d, dCached[entry]);
    Views.cut(dq, 1, s.start(), s.end()).addi(more);
  }

  private void onlineBackward(
      SegmentPlan.Segment s, int segment, int t, INDArray after, INDArray d, INDArray dm) {
    INDArray query = steps(q, t, t + 1);
    int online = s.readable().size();
    INDArray along = HeadArrays.dot(memory.read(after, query), d);
    int step = t - s.start();
    Views.at(Views.at(dGates.get(segment), 2, online), 1, step).addi(along);
    INDArray gate = column(Views.at(gates.get(segment), 2, online), step);
    INDArray more = memory.readBackward(after, query, HeadArrays.scale(d, gate), dm);
    Views.cut(dq, 1, t, t + 1L).addi(more);
  }

  private void soupBackward(
      SegmentPlan.Segment s,
      int segment,
      int t,
      INDArray after,
      INDArray d,
      INDArray[] dCached,
      INDArray dm) {
    INDArray query = steps(q, t, t + 1);
    INDArray dMixed = Nd4j.create(d.dataType(), d.size(0), readSize);
    INDArray more = memory.readBackward(mixed(s, segment, t, after), query, d, dMixed);
    Views.cut(dq, 1, t, t + 1L).addi(more);
    INDArray row = dMixed.reshape('c', d.size(0), 1, readSize);
    INDArray dGate = product(row, false, stacked(s, after), true);
    int step = t - s.start();
    Views.cut(dGates.get(segment), 1, step, step + 1L).addi(dGate);
    INDArray weights = gatesAt(s, segment, t);
    for (int j = 0; j <= s.readable().size(); j++) {
      INDArray weight = Views.at(weights, 2, j).dup('c').reshape(d.size(0));
      INDArray part = HeadArrays.scale(dMixed.dup('c'), weight);
      HeadArrays.addPart(j == s.readable().size() ? dm : dCached[s.readable().get(j)], 0, part);
    }
  }

  private INDArray writeBackward(int t, INDArray dm) {
    INDArray here = column(exists, t);
    INDArray written = HeadArrays.scale(dm.dup('c'), here);
    ArrayMemory.Tokens d =
        new ArrayMemory.Tokens(
            Nd4j.create(k.dataType(), k.size(0), k.size(2)),
            Nd4j.create(v.dataType(), v.size(0), v.size(2)),
            scalars.stream().map(s -> Nd4j.create(s.dataType(), s.size(0))).toList());
    INDArray m = before[t];
    INDArray dBefore = memory.writeBackward(m, tokens(t), written, d);
    Views.at(dk, 1, t).assign(d.k());
    Views.at(dv, 1, t).assign(d.v());
    for (int i = 0; i < scalars.size(); i++) {
      Views.at(dScalars.get(i), 1, t).assign(d.scalars().get(i));
    }
    return dBefore.addi(HeadArrays.scale(dm.dup('c'), here.rsub(1)));
  }
}
