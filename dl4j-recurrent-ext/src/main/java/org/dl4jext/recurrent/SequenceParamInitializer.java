package org.dl4jext.recurrent;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.dl4jext.samediff.TensorShape;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Lays the parameters of a {@link SequenceLayer} out one after another in the flat view, each in c
 * order. Stateless: may be shared between threads.
 */
public final class SequenceParamInitializer implements ParamInitializer {

  /** The only instance. */
  public static final SequenceParamInitializer INSTANCE = new SequenceParamInitializer();

  private SequenceParamInitializer() {}

  private static List<TensorShape> parameters(Layer layer) {
    return ((SequenceLayer<?>) layer).parameters();
  }

  private static List<String> keys(Layer layer, TensorShape.Role role) {
    return parameters(layer).stream().filter(p -> p.role() == role).map(TensorShape::name).toList();
  }

  private static boolean has(Layer layer, String key, TensorShape.Role role) {
    return parameters(layer).stream().anyMatch(p -> p.role() == role && p.name().equals(key));
  }

  @Override
  public long numParams(NeuralNetConfiguration conf) {
    return numParams(conf.getLayer());
  }

  @Override
  public long numParams(Layer layer) {
    return parameters(layer).stream().mapToLong(TensorShape::length).sum();
  }

  @Override
  public List<String> paramKeys(Layer layer) {
    return parameters(layer).stream().map(TensorShape::name).toList();
  }

  @Override
  public List<String> weightKeys(Layer layer) {
    return keys(layer, TensorShape.Role.WEIGHT);
  }

  @Override
  public List<String> biasKeys(Layer layer) {
    return keys(layer, TensorShape.Role.BIAS);
  }

  @Override
  public boolean isWeightParam(Layer layer, String key) {
    return has(layer, key, TensorShape.Role.WEIGHT);
  }

  @Override
  public boolean isBiasParam(Layer layer, String key) {
    return has(layer, key, TensorShape.Role.BIAS);
  }

  @Override
  public Map<String, INDArray> init(
      NeuralNetConfiguration conf, INDArray view, boolean initialize) {
    SequenceLayer<?> layer = (SequenceLayer<?>) conf.getLayer();
    Map<String, INDArray> table = split(layer, view);
    for (TensorShape parameter : layer.parameters()) {
      conf.addVariable(parameter.name());
      if (initialize) {
        layer.fill(parameter, table.get(parameter.name()));
      }
    }
    return table;
  }

  @Override
  public Map<String, INDArray> getGradientsFromFlattened(
      NeuralNetConfiguration conf, INDArray view) {
    return split((SequenceLayer<?>) conf.getLayer(), view);
  }

  private static Map<String, INDArray> split(SequenceLayer<?> layer, INDArray view) {
    INDArray flat = view.reshape(view.length());
    Map<String, INDArray> table = new LinkedHashMap<>();
    long start = 0;
    for (TensorShape parameter : layer.parameters()) {
      long end = start + parameter.length();
      INDArray part = flat.get(NDArrayIndex.interval(start, end));
      table.put(parameter.name(), part.reshape('c', parameter.toArray()));
      start = end;
    }
    return table;
  }
}
