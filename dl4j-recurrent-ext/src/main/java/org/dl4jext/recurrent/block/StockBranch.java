package org.dl4jext.recurrent.block;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.AbstractLSTM;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A stock recurrent layer inside a residual block. */
record StockBranch(NeuralNetConfiguration conf, List<TensorShape> parameters) implements Branch {

  static boolean supports(BaseRecurrentLayer layer) {
    return layer instanceof AbstractLSTM || layer instanceof SimpleRnn;
  }

  static StockBranch of(BaseRecurrentLayer layer, long size, BaseLayer block) {
    BaseRecurrentLayer sized = (BaseRecurrentLayer) layer.clone();
    sized.setNIn(size);
    sized.setRnnDataFormat(RNNFormat.NCW);
    sized.setIDropout(null);
    if (sized.getActivationFn() == null) {
      sized.setActivationFn(block.getActivationFn());
    }
    if (sized.getWeightInitFn() == null) {
      sized.setWeightInitFn(block.getWeightInitFn());
    }
    NeuralNetConfiguration conf = new NeuralNetConfiguration.Builder().layer(sized).build();
    return new StockBranch(conf, shapes(conf));
  }

  private static List<TensorShape> shapes(NeuralNetConfiguration conf) {
    ParamInitializer initializer = conf.getLayer().initializer();
    List<TensorShape> shapes = new ArrayList<>();
    INDArray flat = Nd4j.create(DataType.FLOAT, 1, initializer.numParams(conf));
    table(conf, flat, false)
        .forEach(
            (name, view) ->
                shapes.add(
                    initializer.isWeightParam(conf.getLayer(), name)
                        ? TensorShape.weight(name, view.shape())
                        : TensorShape.bias(name, view.shape())));
    return List.copyOf(shapes);
  }

  private static Map<String, INDArray> table(
      NeuralNetConfiguration conf, INDArray flat, boolean initialize) {
    // The initialisers add the names to the configuration that they are given.
    return new LinkedHashMap<>(conf.getLayer().initializer().init(conf.clone(), flat, initialize));
  }

  private long size() {
    return ((BaseRecurrentLayer) conf.getLayer()).getNOut();
  }

  @Override
  public List<TensorShape> states() {
    TensorShape output = TensorShape.state("prevAct", size());
    return conf.getLayer() instanceof SimpleRnn
        ? List.of(output)
        : List.of(output, TensorShape.state("prevMem", size()));
  }

  @Override
  public boolean canStep() {
    return true;
  }

  @Override
  public void fill(TensorShape parameter, INDArray view) {
    INDArray flat = Nd4j.create(view.dataType(), 1, conf.getLayer().initializer().numParams(conf));
    view.assign(table(conf, flat, true).get(parameter.name()));
  }

  @Override
  public LayerUnit unit(Execution execution, DataType dataType) {
    return new StockLayerUnit(conf.clone(), parameters, states(), dataType);
  }
}
