package org.dl4jext.recurrent.block;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jext.recurrent.SequenceRuntime;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.block.BranchDropout;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The runtime of sequence layers, with dropout on the branch in place of the input. */
final class PreNormResidualRuntime extends SequenceRuntime {

  private static final long serialVersionUID = 1L;

  PreNormResidualRuntime(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  @Override
  protected LayerUnit newUnit(DataType computeType) {
    PreNormResidual block = (PreNormResidual) layerConf();
    IDropout dropout = block.branchDropout();
    return block.unit(
        Execution.current(), computeType, dropout == null ? null : new Dropout(dropout.clone()));
  }

  /** None on the input, which is the residual path. */
  @Override
  protected void applyDropOutIfNecessary(boolean training, LayerWorkspaceMgr mgr) {}

  /** Applies a dropout of DL4J with this layer's counters. */
  private final class Dropout implements BranchDropout {
    private final IDropout dropout;

    Dropout(IDropout dropout) {
      this.dropout = dropout;
    }

    @Override
    public void forward(INDArray activations) {
      dropout.applyDropout(
          activations,
          activations,
          getIterationCount(),
          getEpochCount(),
          LayerWorkspaceMgr.noWorkspaces());
    }

    @Override
    public void backward(INDArray gradient) {
      dropout.backprop(gradient, gradient, getIterationCount(), getEpochCount());
    }
  }
}
