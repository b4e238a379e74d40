package org.dl4jext.recurrent.qkan;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jext.recurrent.SequenceRuntime;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The runtime of sequence layers, which takes a matrix as sequences of one step. */
final class QkanDenseRuntime extends SequenceRuntime {

  private static final long serialVersionUID = 1L;

  private transient boolean matrix;

  QkanDenseRuntime(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr mgr) {
    assertInputSet(false);
    matrix = input.rank() == 2;
    if (matrix) {
      input = sequence(input);
    }
    INDArray y = super.activate(training, mgr);
    return matrix ? y.reshape(y.size(0), y.length() / y.size(0)) : y;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr mgr) {
    if (!matrix) {
      return super.backpropGradient(epsilon, mgr);
    }
    if (input.rank() == 2) {
      input = sequence(input);
    }
    Pair<Gradient, INDArray> result = super.backpropGradient(sequence(epsilon), mgr);
    INDArray dx = result.getSecond();
    return new Pair<>(result.getFirst(), dx.reshape(dx.size(0), dx.length() / dx.size(0)));
  }

  private INDArray sequence(INDArray matrix) {
    boolean channelsLast = getDataFormat() == RNNFormat.NWC;
    return channelsLast
        ? matrix.reshape(matrix.size(0), 1, matrix.size(1))
        : matrix.reshape(matrix.size(0), matrix.size(1), 1);
  }
}
