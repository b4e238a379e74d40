package org.dl4jext.samediff.memory;

import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.CACHED;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.COUNT;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.COUNTS;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.F;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.GATES;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.K;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.MASK;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.MEMORY;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.O;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.POOL;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.POOLS;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.POSITION;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.Q;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.SCALARS;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.U;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.V;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.W1;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.W2;

import java.util.ArrayList;
import java.util.List;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Views;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The cached recurrence in the {@code ARRAY} execution: array operations on all examples and heads
 * at once; {@link CachedRecurrenceReference} is the slow form. The online memory takes a few
 * operations a step, everything else a few a segment.
 */
final class CachedRecurrenceArray implements DifferentiableUnit {

  private final CachedRecurrenceSpec spec;
  private final DataType type;
  private CachedRecurrenceSizes sizes;
  private INDArray exists;
  private RouterArray router;
  private CachedHeadsArray heads;
  private boolean hasFeatures;
  private boolean kept;

  CachedRecurrenceArray(CachedRecurrenceSpec spec, DataType type) {
    this.spec = spec;
    this.type = type;
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    CachedRecurrenceSizes now = CachedRecurrenceSizes.of(spec, type, inputs);
    now.requireOutputs("outputs", type, outputs);
    kept = false;
    sizes = now;
    hasFeatures = inputs[F] != null;
    INDArray mask =
        inputs[MASK] == null
            ? Nd4j.ones(type, sizes.batch(), sizes.steps())
            : inputs[MASK].neq(0).castTo(type);
    exists = HeadArrays.repeat(mask, sizes.heads());
    router = router(inputs);
    router.forward();
    heads = heads(inputs);
    INDArray o = heads.forward();
    write(outputs, O, HeadArrays.fromHeads(o, sizes.batch(), sizes.heads()));
    write(outputs, GATES, HeadArrays.fromHeads(joined(), sizes.batch(), sizes.heads()));
    states(inputs, outputs);
    kept = keep;
  }

  private static void write(INDArray[] to, int index, INDArray value) {
    if (to[index] != null) {
      to[index].assign(value);
    }
  }

  private INDArray shown(INDArray array) {
    return HeadArrays.shown(HeadArrays.toHeads(array, sizes.heads()), exists);
  }

  /** Numbers [B,T,H] as [R,T]. */
  private INDArray numbers(INDArray array) {
    INDArray wide = array.reshape(array.size(0), array.size(1), array.size(2), 1);
    return shown(wide).reshape('c', exists.shape());
  }

  private INDArray zeros(long... shape) {
    return Nd4j.create(type, shape);
  }

  /** Rows [B,S] of a state, one for each head; zeros where it is absent. */
  private INDArray state(INDArray[] inputs, int index, long size) {
    return inputs[index] == null
        ? zeros(exists.size(0), size)
        : HeadArrays.repeat(inputs[index], sizes.heads());
  }

  /** A state [B,H or 1,S] as [R,S]. */
  private INDArray byHead(INDArray array) {
    INDArray wide = array.dup('c');
    if (wide.size(1) != sizes.heads()) {
      wide = Nd4j.tile(wide, 1, sizes.heads(), 1);
    }
    return wide.reshape('c', exists.size(0), wide.size(2));
  }

  private RouterArray router(INDArray[] inputs) {
    boolean has = spec.caching().hasRouter();
    int n = sizes.plan().initial();
    INDArray[] sums = new INDArray[n];
    INDArray[] counts = new INDArray[n];
    for (int i = 0; i < n; i++) {
      sums[i] =
          inputs[POOLS] == null
              ? zeros(exists.size(0), sizes.routerSize())
              : byHead(Views.at(inputs[POOLS], 1, i));
      counts[i] =
          inputs[COUNTS] == null
              ? zeros(exists.size(0))
              : HeadArrays.column(HeadArrays.repeat(inputs[COUNTS], sizes.heads()), i);
    }
    INDArray pool =
        inputs[POOL] == null ? zeros(exists.size(0), sizes.routerSize()) : byHead(inputs[POOL]);
    return new RouterArray(
        sizes,
        has ? shown(inputs[U]) : null,
        has ? shown(hasFeatures ? inputs[F] : inputs[K]) : null,
        exists,
        pool,
        HeadArrays.column(state(inputs, COUNT, 1), 0),
        sums,
        counts);
  }

  private CachedHeadsArray heads(INDArray[] inputs) {
    List<INDArray> tokens =
        List.of(shown(inputs[Q]).muli(spec.scale()), shown(inputs[K]), shown(inputs[V]));
    List<INDArray> scalars = new ArrayList<>();
    for (int i = 0; i < spec.memory().scalars().size(); i++) {
      scalars.add(numbers(inputs[SCALARS + i]));
    }
    INDArray fresh = fresh(inputs);
    INDArray online = fresh.dup('c');
    if (inputs[MEMORY] != null) {
      online.addi(byHead(inputs[MEMORY]));
    }
    INDArray[] cached = new INDArray[sizes.plan().initial()];
    for (int i = 0; i < cached.length; i++) {
      cached[i] = HeadArrays.part(fresh, 0, fresh.size(0), sizes.readSize());
      if (inputs[CACHED] != null) {
        cached[i].addi(byHead(Views.at(inputs[CACHED], 1, i)));
      }
    }
    return new CachedHeadsArray(
        sizes, tokens, scalars, exists, router.gates(), fresh, online, cached);
  }

  /** Fresh memories [R,P]. */
  private INDArray fresh(INDArray[] inputs) {
    INDArray fresh = zeros(exists.size(0), sizes.memorySize());
    if (spec.memory().isDeep()) {
      long first = (long) sizes.deepSize() * sizes.keySize();
      HeadArrays.addPart(fresh, 0, weights(inputs[W1]));
      HeadArrays.addPart(fresh, first, weights(inputs[W2]));
    }
    return fresh;
  }

  /** Start weights [H,..] for each example. */
  private INDArray weights(INDArray w) {
    INDArray flat = w.dup('c').reshape('c', 1, w.length());
    return Nd4j.tile(flat, sizes.batch(), 1).reshape('c', exists.size(0), w.length() / w.size(0));
  }

  /** All gates [R,T,columns]. */
  private INDArray joined() {
    INDArray all = zeros(exists.size(0), sizes.steps(), sizes.plan().columns());
    for (int i = 0; i < router.gates().size(); i++) {
      SegmentPlan.Segment s = sizes.plan().segments().get(i);
      INDArray gates = router.gates().get(i);
      Views.cut(Views.cut(all, 1, s.start(), s.end()), 2, 0, gates.size(2)).assign(gates);
    }
    return all;
  }

  private static int output(int state) {
    return CachedRecurrenceSizes.FIRST_STATE + state - POSITION;
  }

  /** [R,S] as [B,H,S], or the first head's as [B,1,S]. */
  private INDArray split(INDArray rows, int heads) {
    INDArray all = rows.reshape('c', sizes.batch(), sizes.heads(), rows.size(1));
    return heads == sizes.heads() ? all : Views.cut(all, 1, 0, heads);
  }

  private INDArray firstHead(INDArray numbers) {
    return Views.cut(numbers.reshape('c', sizes.batch(), sizes.heads()), 1, 0, 1);
  }

  private void states(INDArray[] inputs, INDArray[] outputs) {
    SegmentPlan plan = sizes.plan();
    if (outputs[output(POSITION)] != null) {
      Views.at(outputs[output(POSITION)], 1, 0).assign(plan.offset());
      Views.at(outputs[output(POSITION)], 1, 1).assign(plan.cached().size());
    }
    write(outputs, output(COUNT), firstHead(router.count));
    write(outputs, output(POOL), split(router.sum, sizes.featureHeads()));
    INDArray fresh = fresh(inputs);
    write(outputs, output(MEMORY), split(heads.last.sub(fresh), sizes.heads()));
    for (int index : new int[] {COUNTS, POOLS, CACHED}) {
      if (outputs[output(index)] != null) {
        outputs[output(index)].assign(0);
      }
    }
    INDArray freshRead = HeadArrays.part(fresh, 0, fresh.size(0), sizes.readSize());
    for (int i = 0; i < plan.cached().size(); i++) {
      int entry = plan.cached().get(i);
      if (outputs[output(COUNTS)] != null) {
        Views.cut(outputs[output(COUNTS)], 1, i, i + 1L).assign(firstHead(router.counts[entry]));
      }
      if (outputs[output(POOLS)] != null) {
        Views.at(outputs[output(POOLS)], 1, i)
            .assign(split(router.sums[entry], sizes.featureHeads()));
      }
      if (outputs[output(CACHED)] != null) {
        Views.at(outputs[output(CACHED)], 1, i)
            .assign(split(heads.cached[entry].sub(freshRead), sizes.heads()));
      }
    }
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    CachedRecurrenceSizes.requireKept(kept);
    sizes.requireOutputs("output gradients", type, outputGradients);
    sizes.requireInputGradients(type, inputGradients);
    kept = false;
    for (INDArray gradient : inputGradients) {
      if (gradient != null) {
        gradient.assign(0);
      }
    }
    headsBackward(outputGradients, inputGradients);
    routerBackward(outputGradients, inputGradients);
  }

  private void headsBackward(INDArray[] dOut, INDArray[] d) {
    long rows = exists.size(0);
    INDArray[] dCached = new INDArray[sizes.plan().entries()];
    for (int i = 0; i < dCached.length; i++) {
      dCached[i] = zeros(rows, sizes.readSize());
    }
    for (int i = 0; i < sizes.plan().cached().size() && dOut[output(CACHED)] != null; i++) {
      INDArray given = byHead(Views.at(dOut[output(CACHED)], 1, i));
      dCached[sizes.plan().cached().get(i)].assign(given);
      HeadArrays.addPart(heads.dInitial, 0, given.neg());
    }
    INDArray dLast =
        dOut[output(MEMORY)] == null
            ? zeros(rows, sizes.memorySize())
            : byHead(dOut[output(MEMORY)]);
    heads.dInitial.subi(dLast);
    INDArray dO = dOut[O] == null ? zeros(rows, sizes.steps(), sizes.valueSize()) : shown(dOut[O]);
    INDArray dOnline = heads.backward(dO, dCached, dLast);
    heads.dInitial.addi(dOnline);
    write(d, MEMORY, split(dOnline, sizes.heads()));
    for (int i = 0; i < sizes.plan().initial(); i++) {
      HeadArrays.addPart(heads.dInitial, 0, dCached[i]);
      if (d[CACHED] != null) {
        Views.at(d[CACHED], 1, i).assign(split(dCached[i], sizes.heads()));
      }
    }
    write(d, Q, HeadArrays.fromHeads(heads.dq.mul(spec.scale()), sizes.batch(), sizes.heads()));
    write(d, V, HeadArrays.fromHeads(heads.dv, sizes.batch(), sizes.heads()));
    for (int i = 0; i < heads.dScalars.size(); i++) {
      INDArray wide = heads.dScalars.get(i).reshape('c', rows, sizes.steps(), 1);
      INDArray numbers = HeadArrays.fromHeads(wide, sizes.batch(), sizes.heads());
      write(d, SCALARS + i, numbers.reshape('c', sizes.batch(), sizes.steps(), sizes.heads()));
    }
    if (spec.memory().isDeep()) {
      long first = (long) sizes.deepSize() * sizes.keySize();
      INDArray sum =
          heads
              .dInitial
              .reshape('c', sizes.batch(), sizes.heads(), (long) sizes.memorySize())
              .sum(0);
      weightsBackward(sum, 0, d[W1]);
      weightsBackward(sum, first, d[W2]);
    }
  }

  private static void weightsBackward(INDArray sum, long from, INDArray d) {
    if (d != null) {
      d.assign(HeadArrays.part(sum, from, d.shape()));
    }
  }

  private void routerBackward(INDArray[] dOut, INDArray[] d) {
    long rows = exists.size(0);
    int size = sizes.routerSize();
    INDArray[] dSums = new INDArray[sizes.plan().entries()];
    for (int i = 0; i < dSums.length; i++) {
      dSums[i] = zeros(rows, size);
    }
    for (int i = 0; i < sizes.plan().cached().size() && dOut[output(POOLS)] != null; i++) {
      INDArray given = Views.at(dOut[output(POOLS)], 1, i);
      dSums[sizes.plan().cached().get(i)].assign(firstHeadOnly(given));
    }
    INDArray dSum =
        dOut[output(POOL)] == null ? zeros(rows, size) : firstHeadOnly(dOut[output(POOL)]);
    addGateGradients(dOut[GATES]);
    INDArray du = zeros(rows, sizes.steps(), size);
    INDArray df = zeros(rows, sizes.steps(), size);
    INDArray dBefore = router.backward(heads.dGates, dSums, dSum, du, df);
    du = HeadArrays.shown(du, exists);
    df = HeadArrays.shown(df, exists);
    if (spec.caching().hasRouter()) {
      write(d, U, HeadArrays.fromHeads(du, sizes.batch(), sizes.heads()));
    }
    if (hasFeatures) {
      write(d, F, HeadArrays.fromHeads(df, sizes.batch(), sizes.featureHeads()));
    }
    boolean keys = spec.caching().hasRouter() && !hasFeatures;
    INDArray dk = keys ? heads.dk.add(df) : heads.dk;
    write(d, K, HeadArrays.fromHeads(dk, sizes.batch(), sizes.heads()));
    write(d, POOL, summed(dBefore));
    for (int i = 0; i < sizes.plan().initial() && d[POOLS] != null; i++) {
      Views.at(d[POOLS], 1, i).assign(summed(dSums[i]));
    }
  }

  /** The gradient of a pool that heads share belongs to one of its copies. */
  private INDArray firstHeadOnly(INDArray given) {
    INDArray wide = zeros(sizes.batch(), sizes.heads(), given.size(2));
    Views.cut(wide, 1, 0, given.size(1)).assign(given);
    return wide.reshape('c', exists.size(0), given.size(2));
  }

  private INDArray summed(INDArray rows) {
    INDArray all = split(rows, sizes.heads());
    return sizes.featureHeads() == sizes.heads()
        ? all
        : all.sum(1).reshape(sizes.batch(), 1, rows.size(1));
  }

  private void addGateGradients(INDArray dGates) {
    if (dGates == null) {
      return;
    }
    INDArray all = shown(dGates);
    for (int i = 0; i < heads.dGates.size(); i++) {
      SegmentPlan.Segment s = sizes.plan().segments().get(i);
      INDArray to = heads.dGates.get(i);
      INDArray part = Views.cut(Views.cut(all, 1, s.start(), s.end()), 2, 0, to.size(2));
      to.addi(part);
    }
  }
}
