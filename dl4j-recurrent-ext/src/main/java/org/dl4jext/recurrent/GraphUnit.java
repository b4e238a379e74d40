package org.dl4jext.recurrent;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A layer defined in SameDiff operations as a {@link LayerUnit}: a graph for each number of steps,
 * the last few of them cached.
 *
 * <p>Not thread-safe, but not bound to a thread either.
 */
final class GraphUnit implements LayerUnit {

  private static final int CACHED_GRAPHS = 8;

  /** Sizes of a layer. */
  record Sizes(long nIn, long nOut, List<TensorShape> parameters, List<TensorShape> states) {}

  private record Key(long steps, boolean masked) {}

  private final String name;
  private final Sizes sizes;
  private final DataType dataType;
  private final GraphDefinition definition;
  private final Map<Key, LayerGraph> graphs =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, LayerGraph> eldest) {
          boolean full = size() > CACHED_GRAPHS;
          if (full) {
            eldest.getValue().close();
          }
          return full;
        }
      };

  /** Results of the last forward pass that the backward pass reads; null if nothing is kept. */
  private Map<String, INDArray> kept;

  private double auxiliaryLoss;

  /**
   * @param name of the layer, for messages
   * @param dataType FLOAT or DOUBLE
   */
  GraphUnit(String name, Sizes sizes, DataType dataType, GraphDefinition definition) {
    this.name = name;
    this.sizes = sizes;
    this.dataType = dataType;
    this.definition = definition;
  }

  @Override
  public List<TensorShape> parameters() {
    return sizes.parameters();
  }

  @Override
  public List<TensorShape> states() {
    return sizes.states();
  }

  @Override
  public long outputSize() {
    return sizes.nOut();
  }

  @Override
  public double auxiliaryLoss() {
    return auxiliaryLoss;
  }

  @Override
  @SuppressWarnings("try") // leaving a workspace has no other form
  public void forward(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    try (MemoryWorkspace ws = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      release(kept, Set.of());
      kept = null;
      LayerGraph graph = graph(inputs);
      Map<String, INDArray> feed = feed(graph, inputs);
      addDropout(graph, feed, inputs[0].size(0), keep);
      Set<String> wanted = new LinkedHashSet<>();
      for (int i = 0; i < outputs.length; i++) {
        if (outputs[i] != null) {
          wanted.add(graph.outputs().get(i));
        }
      }
      if (graph.auxiliaryLoss() != null) {
        wanted.add(graph.auxiliaryLoss());
      }
      if (keep) {
        wanted.addAll(graph.kept());
      }
      Map<String, INDArray> results = graph.forward(feed, wanted);
      for (int i = 0; i < outputs.length; i++) {
        if (outputs[i] != null) {
          outputs[i].assign(results.get(graph.outputs().get(i)));
        }
      }
      String auxiliary = graph.auxiliaryLoss();
      auxiliaryLoss = auxiliary == null ? 0 : results.get(auxiliary).getDouble(0);
      if (keep) {
        kept = new LinkedHashMap<>(results);
        kept.keySet().retainAll(graph.kept());
        graph.dropouts().forEach(d -> kept.put(d.placeholder(), feed.get(d.placeholder())));
      }
      List<INDArray> inUse = new ArrayList<>(feed.values());
      if (kept != null) {
        inUse.addAll(kept.values());
      }
      release(results, inUse);
    }
  }

  @Override
  @SuppressWarnings("try") // leaving a workspace has no other form
  public void backward(INDArray[] inputs, INDArray[] outputGradients, INDArray[] inputGradients) {
    if (kept == null) {
      throw new IllegalStateException(name + ": no forward pass was kept");
    }
    try (MemoryWorkspace ws = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      LayerGraph graph = graph(inputs);
      Map<String, INDArray> feed = feed(graph, inputs);
      feed.putAll(kept);
      for (int i = 0; i < graph.outputs().size(); i++) {
        feed.put(LayerGraph.gradientPlaceholder(i), gradient(inputs, outputGradients, i));
      }
      List<String> names = graph.inputGradients();
      Set<String> wanted = new LinkedHashSet<>();
      for (int i = 0; i < names.size(); i++) {
        if (names.get(i) != null && inputGradients[i] != null) {
          wanted.add(names.get(i));
        }
      }
      Map<String, INDArray> results = graph.backward(feed, wanted);
      for (int i = 0; i < names.size(); i++) {
        if (names.get(i) != null && inputGradients[i] != null) {
          inputGradients[i].assign(results.get(names.get(i)));
        }
      }
      release(results, feed.values());
      release(kept, Set.of());
      kept = null;
    }
  }

  private LayerGraph graph(INDArray[] inputs) {
    long steps = inputs[0].size(1);
    boolean masked = inputs[1] != null;
    return graphs.computeIfAbsent(
        new Key(steps, masked), key -> new LayerGraph(sizes, steps, masked, dataType, definition));
  }

  /** Placeholder values: plain copies where an array is a view of another layout. */
  private Map<String, INDArray> feed(LayerGraph graph, INDArray[] inputs) {
    INDArray[] plain = inputs.clone();
    plain[0] = inputs[0].dup('c');
    int firstState = FIRST_PARAMETER + sizes.parameters().size();
    for (int i = firstState; i < plain.length; i++) {
      if (plain[i] == null) {
        TensorShape state = sizes.states().get(i - firstState);
        plain[i] = Nd4j.create(dataType, state.withBatch(inputs[0].size(0)));
      }
    }
    return graph.feed(plain);
  }

  private void addDropout(
      LayerGraph graph, Map<String, INDArray> feed, long batch, boolean training) {
    for (LayerGraph.Dropout dropout : graph.dropouts()) {
      INDArray factor = Nd4j.ones(dataType, dropout.shape().withBatch(batch));
      if (training && dropout.keepProbability() < 1) {
        INDArray uniform = Nd4j.rand(dataType, factor.shape());
        factor = uniform.lt(dropout.keepProbability()).castTo(dataType);
        factor.divi(dropout.keepProbability());
      }
      feed.put(dropout.placeholder(), factor);
    }
  }

  private INDArray gradient(INDArray[] inputs, INDArray[] given, int output) {
    if (given[output] != null) {
      return given[output].dup('c');
    }
    long batch = inputs[0].size(0);
    return output == 0
        ? Nd4j.create(dataType, batch, inputs[0].size(1), sizes.nOut())
        : Nd4j.create(dataType, sizes.states().get(output - 1).withBatch(batch));
  }

  /**
   * Frees results at once instead of leaving them to the garbage collector. Several results may
   * share one memory: it is freed once, and not while one of the others is in use.
   */
  private static void release(Map<String, INDArray> results, Collection<INDArray> inUse) {
    if (results == null) {
      return;
    }
    Set<Long> seen = new HashSet<>();
    inUse.forEach(array -> seen.add(array.data().address()));
    for (INDArray array : results.values()) {
      if (!array.wasClosed() && array.closeable() && seen.add(array.data().address())) {
        array.close();
      }
    }
  }
}
