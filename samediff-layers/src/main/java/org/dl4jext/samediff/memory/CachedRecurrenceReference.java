package org.dl4jext.samediff.memory;

import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.CACHED;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.COUNT;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.COUNTS;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.F;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.FIRST_STATE;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.GATES;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.INPUTS;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.K;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.MASK;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.MEMORY;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.O;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.OUTPUTS;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.POOL;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.POOLS;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.POSITION;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.Q;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.SCALARS;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.U;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.V;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.W1;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.W2;
import static org.dl4jext.samediff.memory.CachedRecurrenceSizes.requireKept;

import java.util.Arrays;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.ReferenceArrays;
import org.dl4jext.samediff.memory.ReferenceMemory.Token;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The cached recurrence in the {@code REFERENCE} execution: {@link RouterReference} for each
 * example, then {@link CachedHeadReference} for each of its heads. Every memory is kept.
 */
final class CachedRecurrenceReference implements DifferentiableUnit {

  private final CachedRecurrenceSpec spec;
  private final DataType type;
  private CachedRecurrenceSizes sizes;
  private double[][] in;
  private RouterReference[] routers;
  private CachedHeadReference[][] heads;
  private boolean kept;

  CachedRecurrenceReference(CachedRecurrenceSpec spec, DataType type) {
    this.spec = spec;
    this.type = type;
  }

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    CachedRecurrenceSizes now = CachedRecurrenceSizes.of(spec, type, inputs);
    now.requireOutputs("outputs", type, outputs);
    sizes = now;
    in = copies(inputs);
    routers = new RouterReference[sizes.batch()];
    heads = new CachedHeadReference[sizes.batch()][sizes.heads()];
    double[][] out = zeros(false);
    for (int b = 0; b < sizes.batch(); b++) {
      routers[b] = router(b);
      routers[b].forward();
      for (int h = 0; h < sizes.heads(); h++) {
        heads[b][h] = head(b, h);
        place(heads[b][h].forward(), b, h, out[O]);
        place(gatesOf(b, h), b, h, out[GATES]);
        states(b, h, out);
      }
    }
    for (int i = 0; i < outputs.length; i++) {
      ReferenceArrays.write(out[i], outputs[i]);
    }
    kept = keep;
  }

  private double[][] copies(INDArray[] inputs) {
    double[][] copies = new double[INPUTS][];
    for (int i = 0; i < INPUTS; i++) {
      if (inputs[i] != null) {
        copies[i] = ReferenceArrays.flat(inputs[i]);
      } else if (i >= POSITION) {
        copies[i] = new double[length(sizes.inputShape(i))];
      }
    }
    return copies;
  }

  private static int length(long[] shape) {
    return Math.toIntExact(Arrays.stream(shape).reduce(1, (a, b) -> a * b));
  }

  /** Zeros in the shapes of the inputs, or of the outputs. */
  private double[][] zeros(boolean ofInputs) {
    double[][] zeros = new double[ofInputs ? INPUTS : OUTPUTS][];
    for (int i = 0; i < zeros.length; i++) {
      zeros[i] = new double[length(ofInputs ? sizes.inputShape(i) : sizes.outputShape(i))];
    }
    return zeros;
  }

  private static double[][] rows(double[] flat, int first, int count, int size) {
    double[][] rows = new double[count][];
    for (int i = 0; i < count; i++) {
      rows[i] = Arrays.copyOfRange(flat, first + i * size, first + (i + 1) * size);
    }
    return rows;
  }

  private int features() {
    return sizes.featureHeads() * sizes.routerSize();
  }

  private boolean[] valid(int b) {
    boolean[] valid = new boolean[sizes.steps()];
    for (int t = 0; t < valid.length; t++) {
      valid[t] = in[MASK] == null || in[MASK][b * valid.length + t] != 0;
    }
    return valid;
  }

  private RouterReference router(int b) {
    int steps = sizes.steps();
    double[][] u = new double[steps][];
    double[][] f = new double[steps][features()];
    if (spec.caching().hasRouter()) {
      int size = sizes.heads() * sizes.routerSize();
      u = rows(in[U], b * steps * size, steps, size);
      f = rows(in[F] == null ? in[K] : in[F], b * steps * features(), steps, features());
    }
    int n = sizes.slots();
    return new RouterReference(
        sizes,
        valid(b),
        u,
        f,
        rows(in[POOL], b * features(), 1, features())[0],
        in[COUNT][b],
        rows(in[POOLS], b * n * features(), sizes.plan().initial(), features()),
        Arrays.copyOfRange(in[COUNTS], b * n, b * n + sizes.plan().initial()));
  }

  /** One head of an array [B,T,H,size]. */
  private double[][] head(double[] flat, int b, int h, int size) {
    double[][] rows = new double[sizes.steps()][];
    for (int t = 0; t < rows.length; t++) {
      int at = ((b * rows.length + t) * sizes.heads() + h) * size;
      rows[t] = Arrays.copyOfRange(flat, at, at + size);
    }
    return rows;
  }

  private CachedHeadReference head(int b, int h) {
    double[][] q = head(in[Q], b, h, sizes.keySize());
    double[][] k = head(in[K], b, h, sizes.keySize());
    double[][] v = head(in[V], b, h, sizes.valueSize());
    Token[] tokens = new Token[sizes.steps()];
    for (int t = 0; t < tokens.length; t++) {
      double[] scalars = new double[spec.memory().scalars().size()];
      for (int i = 0; i < scalars.length; i++) {
        scalars[i] = in[SCALARS + i][(b * sizes.steps() + t) * sizes.heads() + h];
      }
      tokens[t] = new Token(k[t], v[t], scalars);
      for (int i = 0; i < q[t].length; i++) {
        q[t][i] *= spec.scale();
      }
    }
    double[] fresh = fresh(h);
    double[] online = rows(in[MEMORY], (b * sizes.heads() + h) * fresh.length, 1, fresh.length)[0];
    add(online, fresh);
    double[][] cached = new double[sizes.plan().initial()][];
    int size = sizes.readSize();
    for (int i = 0; i < cached.length; i++) {
      int at = ((b * sizes.slots() + i) * sizes.heads() + h) * size;
      cached[i] = Arrays.copyOfRange(in[CACHED], at, at + size);
      add(cached[i], fresh);
    }
    return new CachedHeadReference(
        sizes, valid(b), q, tokens, gatesOf(b, h), fresh, online, cached);
  }

  /** A fresh memory: the learned weights of a deep one, else zeros. */
  private double[] fresh(int h) {
    double[] fresh = new double[sizes.memorySize()];
    if (spec.memory().isDeep()) {
      int first = sizes.deepSize() * sizes.keySize();
      int second = sizes.readSize() - first;
      System.arraycopy(in[W1], h * first, fresh, 0, first);
      System.arraycopy(in[W2], h * second, fresh, first, second);
    }
    return fresh;
  }

  private double[][] gatesOf(int b, int h) {
    return Arrays.stream(routers[b].gates).map(gates -> gates[h]).toArray(double[][]::new);
  }

  /** Writes one head [T][size] to an array [B,T,H,size]. */
  private void place(double[][] rows, int b, int h, double[] to) {
    for (int t = 0; t < rows.length; t++) {
      int at = ((b * rows.length + t) * sizes.heads() + h) * rows[t].length;
      System.arraycopy(rows[t], 0, to, at, rows[t].length);
    }
  }

  /** States after the pass; memories as what was added to a fresh one. */
  private void states(int b, int h, double[][] out) {
    SegmentPlan plan = sizes.plan();
    RouterReference router = routers[b];
    out[state(POSITION)][2 * b] = plan.offset();
    out[state(POSITION)][2 * b + 1] = plan.cached().size();
    out[state(COUNT)][b] = router.count;
    System.arraycopy(router.sum, 0, out[state(POOL)], b * features(), features());
    double[] fresh = fresh(h);
    double[] last = heads[b][h].last;
    int first = (b * sizes.heads() + h) * last.length;
    for (int i = 0; i < last.length; i++) {
      out[state(MEMORY)][first + i] = last[i] - fresh[i];
    }
    for (int i = 0; i < plan.cached().size(); i++) {
      int entry = plan.cached().get(i);
      int slot = b * sizes.slotsAfter() + i;
      out[state(COUNTS)][slot] = router.counts[entry];
      System.arraycopy(router.sums[entry], 0, out[state(POOLS)], slot * features(), features());
      double[] cached = heads[b][h].cached[entry];
      for (int j = 0; j < cached.length; j++) {
        int at = (slot * sizes.heads() + h) * cached.length + j;
        out[state(CACHED)][at] = cached[j] - fresh[j];
      }
    }
  }

  private static int state(int input) {
    return FIRST_STATE + input - POSITION;
  }

  private static void add(double[] to, double[] x) {
    for (int i = 0; i < to.length; i++) {
      to[i] += x[i];
    }
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    requireKept(kept);
    sizes.requireOutputs("output gradients", type, outputGradients);
    sizes.requireInputGradients(type, inputGradients);
    double[][] dOut = zeros(false);
    for (int i = 0; i < OUTPUTS; i++) {
      if (outputGradients[i] != null) {
        dOut[i] = ReferenceArrays.flat(outputGradients[i]);
      }
    }
    double[][] d = zeros(true);
    for (int b = 0; b < sizes.batch(); b++) {
      double[][][] dGates = new double[sizes.steps()][sizes.heads()][];
      for (int h = 0; h < sizes.heads(); h++) {
        headBackward(b, h, dOut, d, dGates);
      }
      routerBackward(b, dGates, dOut, d);
    }
    for (int i = 0; i < INPUTS; i++) {
      ReferenceArrays.write(d[i], inputGradients[i]);
    }
  }

  private void headBackward(int b, int h, double[][] dOut, double[][] d, double[][][] dGates) {
    CachedHeadReference head = heads[b][h];
    SegmentPlan plan = sizes.plan();
    int size = sizes.readSize();
    double[][] dCached = new double[plan.entries()][size];
    for (int i = 0; i < plan.cached().size(); i++) {
      int at = ((b * sizes.slotsAfter() + i) * sizes.heads() + h) * size;
      dCached[plan.cached().get(i)] = Arrays.copyOfRange(dOut[state(CACHED)], at, at + size);
      subtract(head.dInitial, dCached[plan.cached().get(i)]);
    }
    int memory = sizes.memorySize();
    int place = (b * sizes.heads() + h) * memory;
    double[] dLast = Arrays.copyOfRange(dOut[state(MEMORY)], place, place + memory);
    subtract(head.dInitial, dLast);
    double[][] dO = head(dOut[O], b, h, sizes.valueSize());
    double[] dOnline = head.backward(dO, dCached, dLast);
    add(head.dInitial, dOnline);
    System.arraycopy(dOnline, 0, d[MEMORY], place, memory);
    for (int i = 0; i < plan.initial(); i++) {
      int at = ((b * sizes.slots() + i) * sizes.heads() + h) * size;
      System.arraycopy(dCached[i], 0, d[CACHED], at, size);
      for (int j = 0; j < size; j++) {
        head.dInitial[j] += dCached[i][j];
      }
    }
    tokensBackward(b, h, head, d);
    for (int t = 0; t < sizes.steps(); t++) {
      dGates[t][h] = head.dGates[t];
      int columns = plan.columns();
      int at = ((b * sizes.steps() + t) * sizes.heads() + h) * columns;
      for (int j = 0; j < columns; j++) {
        dGates[t][h][j] += dOut[GATES][at + j];
      }
    }
  }

  private static void subtract(double[] from, double[] x) {
    for (int i = 0; i < x.length; i++) {
      from[i] -= x[i];
    }
  }

  private void tokensBackward(int b, int h, CachedHeadReference head, double[][] d) {
    for (int t = 0; t < sizes.steps(); t++) {
      int at = (b * sizes.steps() + t) * sizes.heads() + h;
      for (int i = 0; i < sizes.keySize(); i++) {
        d[Q][at * sizes.keySize() + i] = spec.scale() * head.dq[t][i];
        d[K][at * sizes.keySize() + i] += head.d[t].k()[i];
      }
      System.arraycopy(head.d[t].v(), 0, d[V], at * sizes.valueSize(), sizes.valueSize());
      for (int i = 0; i < spec.memory().scalars().size(); i++) {
        d[SCALARS + i][at] = head.d[t].scalars()[i];
      }
    }
    if (spec.memory().isDeep()) {
      int first = sizes.deepSize() * sizes.keySize();
      int second = sizes.readSize() - first;
      for (int i = 0; i < first; i++) {
        d[W1][h * first + i] += head.dInitial[i];
      }
      for (int i = 0; i < second; i++) {
        d[W2][h * second + i] += head.dInitial[first + i];
      }
    }
  }

  private void routerBackward(int b, double[][][] dGates, double[][] dOut, double[][] d) {
    int steps = sizes.steps();
    int size = features();
    int queries = sizes.heads() * sizes.routerSize();
    SegmentPlan plan = sizes.plan();
    double[][] dSums = new double[plan.entries()][size];
    for (int i = 0; i < plan.cached().size(); i++) {
      int at = (b * sizes.slotsAfter() + i) * size;
      dSums[plan.cached().get(i)] = Arrays.copyOfRange(dOut[state(POOLS)], at, at + size);
    }
    double[] dSum = Arrays.copyOfRange(dOut[state(POOL)], b * size, (b + 1) * size);
    double[][] du = new double[steps][queries];
    double[][] df = new double[steps][size];
    routers[b].backward(dGates, dSums, dSum, du, df);
    System.arraycopy(dSum, 0, d[POOL], b * size, size);
    for (int i = 0; i < plan.initial(); i++) {
      System.arraycopy(dSums[i], 0, d[POOLS], (b * sizes.slots() + i) * size, size);
    }
    for (int t = 0; t < steps && spec.caching().hasRouter(); t++) {
      System.arraycopy(du[t], 0, d[U], (b * steps + t) * queries, queries);
      double[] to = in[F] == null ? d[K] : d[F];
      for (int i = 0; i < size; i++) {
        to[(b * steps + t) * size + i] += df[t][i];
      }
    }
  }
}
