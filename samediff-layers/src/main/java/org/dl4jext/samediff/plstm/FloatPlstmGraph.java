package org.dl4jext.samediff.plstm;

import static org.dl4jext.samediff.plstm.PlstmGraphArrays.DIRECT;
import static org.dl4jext.samediff.plstm.PlstmGraphArrays.EDGES;
import static org.dl4jext.samediff.plstm.PlstmGraphArrays.KEY;
import static org.dl4jext.samediff.plstm.PlstmGraphArrays.MARK;
import static org.dl4jext.samediff.plstm.PlstmGraphArrays.QUERY;
import static org.dl4jext.samediff.plstm.PlstmGraphArrays.SOURCE;
import static org.dl4jext.samediff.plstm.PlstmGraphArrays.TRANSITION;
import static org.dl4jext.samediff.plstm.PlstmGraphArrays.VALUE;

import java.util.Arrays;
import java.util.Comparator;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.kernel.FloatBlocks;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatMath;
import org.dl4jext.samediff.kernel.HostThreads;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@link PlstmGraph} in the {@code HOST} execution: edge by edge in topological order, the heads in
 * parallel; {@link PlstmGraphReference} is its slow form.
 */
final class FloatPlstmGraph implements DifferentiableUnit {

  private final FloatBlocks blocks = FloatBlocks.best();
  private final FloatHostArrays host = new FloatHostArrays();
  private final float[][] in = new float[EDGES][];
  private PlstmGraphArrays arrays;
  private int[][] edges;
  private int[][] lineEdges;
  private float[] states;
  private boolean kept;

  @Override
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    PlstmGraphArrays given = PlstmGraphArrays.of(inputs, FloatMath.TYPE);
    given.requireOutputs("output", outputs);
    kept = false;
    arrays = given;
    edges = given.graph().edges();
    lineEdges = given.graph().lineEdges();
    for (int i = 0; i < EDGES; i++) {
      if (inputs[i] != null) {
        in[i] = FloatHostArrays.ensure(in[i], inputs[i].length());
        host.read(inputs[i], in[i], 0);
      }
    }
    int plane = arrays.keySize() * arrays.valueSize();
    states = FloatHostArrays.ensure(states, (long) arrays.heads() * edges.length * plane);
    float[] y = new float[arrays.heads() * arrays.graph().nodes() * arrays.valueSize()];
    HostThreads.run(arrays.heads(), HostThreads.configured(), (h, worker) -> forward(h, y));
    if (outputs[0] != null) {
      host.write(y, 0, outputs[0]);
    }
    kept = keep;
  }

  private int state(int h, int e) {
    return (h * edges.length + e) * arrays.keySize() * arrays.valueSize();
  }

  private int keyAt(int h, int node) {
    return (h * arrays.graph().nodes() + node) * arrays.keySize();
  }

  private int valueAt(int h, int node) {
    return (h * arrays.graph().nodes() + node) * arrays.valueSize();
  }

  private void forward(int h, float[] y) {
    int dk = arrays.keySize();
    int dv = arrays.valueSize();
    int line = 0;
    int[] byEnd = byLaterEdge();
    for (int e = 0; e < edges.length; e++) {
      int c = state(h, e);
      int start = edges[e][0];
      float source = in[SOURCE][h * edges.length + e];
      blocks.multiply(
          dk,
          dv,
          1,
          in[KEY],
          keyAt(h, start),
          1,
          1,
          in[VALUE],
          valueAt(h, start),
          dv,
          states,
          c,
          dv,
          source,
          false);
      for (; line < byEnd.length && lineEdges[byEnd[line]][1] == e; line++) {
        float t = in[TRANSITION][h * lineEdges.length + byEnd[line]];
        int before = state(h, lineEdges[byEnd[line]][0]);
        blocks.addScaled(dk * dv, t, states, before, states, c);
      }
      int end = edges[e][1];
      float mark = in[MARK][h * edges.length + e];
      blocks.multiply(
          1,
          dv,
          dk,
          in[QUERY],
          keyAt(h, end),
          1,
          1,
          states,
          c,
          dv,
          y,
          valueAt(h, end),
          dv,
          mark,
          true);
    }
    for (int n = 0; n < arrays.graph().nodes(); n++) {
      float weight =
          in[DIRECT][h * arrays.graph().nodes() + n]
              * blocks.dot(dk, in[QUERY], keyAt(h, n), in[KEY], keyAt(h, n));
      blocks.addScaled(dv, weight, in[VALUE], valueAt(h, n), y, valueAt(h, n));
    }
  }

  /** Indices of the line edges by the edge that they lead to. */
  private int[] byLaterEdge() {
    Integer[] order = new Integer[lineEdges.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingInt(l -> lineEdges[l][1]));
    return Arrays.stream(order).mapToInt(Integer::intValue).toArray();
  }

  @Override
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    PlstmGraphArrays.of(inputs, FloatMath.TYPE)
        .requireBackward(kept, outputGradients, inputGradients);
    kept = false;
    float[] dy = new float[arrays.heads() * arrays.graph().nodes() * arrays.valueSize()];
    if (outputGradients[0] != null) {
      host.read(outputGradients[0], dy, 0);
    }
    float[][] d = new float[EDGES][];
    for (int i = 0; i < EDGES; i++) {
      d[i] = inputs[i] == null ? null : new float[Math.toIntExact(inputs[i].length())];
    }
    HostThreads.run(arrays.heads(), HostThreads.configured(), (h, worker) -> backward(h, dy, d));
    for (int i = 0; i < EDGES; i++) {
      if (inputGradients[i] != null) {
        host.write(d[i], 0, inputGradients[i]);
      }
    }
  }

  private void backward(int h, float[] dy, float[][] d) {
    int dk = arrays.keySize();
    int dv = arrays.valueSize();
    int plane = dk * dv;
    float[] dStates = new float[edges.length * plane];
    int[] byEnd = byLaterEdge();
    int line = byEnd.length - 1;
    for (int e = edges.length - 1; e >= 0; e--) {
      int c = state(h, e);
      int dc = e * plane;
      int start = edges[e][0];
      int end = edges[e][1];
      int gate = h * edges.length + e;
      float mark = in[MARK][gate];
      for (int k = 0; k < dk; k++) {
        float read = blocks.dot(dv, states, c + k * dv, dy, valueAt(h, end));
        d[MARK][gate] += in[QUERY][keyAt(h, end) + k] * read;
        d[QUERY][keyAt(h, end) + k] += mark * read;
      }
      blocks.multiply(
          dk,
          dv,
          1,
          in[QUERY],
          keyAt(h, end),
          1,
          1,
          dy,
          valueAt(h, end),
          dv,
          dStates,
          dc,
          dv,
          mark,
          true);
      for (; line >= 0 && lineEdges[byEnd[line]][1] == e; line--) {
        int l = h * lineEdges.length + byEnd[line];
        int before = lineEdges[byEnd[line]][0];
        d[TRANSITION][l] += blocks.dot(plane, dStates, dc, states, state(h, before));
        blocks.addScaled(plane, in[TRANSITION][l], dStates, dc, dStates, before * plane);
      }
      for (int k = 0; k < dk; k++) {
        float written = blocks.dot(dv, dStates, dc + k * dv, in[VALUE], valueAt(h, start));
        d[SOURCE][gate] += in[KEY][keyAt(h, start) + k] * written;
        d[KEY][keyAt(h, start) + k] += in[SOURCE][gate] * written;
      }
      blocks.multiply(
          1,
          dv,
          dk,
          in[KEY],
          keyAt(h, start),
          1,
          1,
          dStates,
          dc,
          dv,
          d[VALUE],
          valueAt(h, start),
          dv,
          in[SOURCE][gate],
          true);
    }
    for (int n = 0; n < arrays.graph().nodes(); n++) {
      backwardDirect(h, n, dy, d);
    }
  }

  private void backwardDirect(int h, int n, float[] dy, float[][] d) {
    int dk = arrays.keySize();
    int gate = h * arrays.graph().nodes() + n;
    int k = keyAt(h, n);
    int v = valueAt(h, n);
    float qk = blocks.dot(dk, in[QUERY], k, in[KEY], k);
    float seen = blocks.dot(arrays.valueSize(), dy, v, in[VALUE], v);
    d[DIRECT][gate] += qk * seen;
    blocks.addScaled(dk, in[DIRECT][gate] * seen, in[KEY], k, d[QUERY], k);
    blocks.addScaled(dk, in[DIRECT][gate] * seen, in[QUERY], k, d[KEY], k);
    blocks.addScaled(arrays.valueSize(), in[DIRECT][gate] * qk, dy, v, d[VALUE], v);
  }
}
