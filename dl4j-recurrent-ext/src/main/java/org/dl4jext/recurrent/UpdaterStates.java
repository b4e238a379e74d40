package org.dl4jext.recurrent;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Copies the state of an updater between networks whose parameters have the same names and sizes
 * but may be stored in another order.
 *
 * <p>A block of parameters with one updater has some state arrays of the length of the block, one
 * after the other (Adam: two); each is ordered as the parameters are.
 */
final class UpdaterStates {

  private UpdaterStates() {}

  static void copy(MultiLayerNetwork from, MultiLayerNetwork to) {
    copy(
        new Side(from.params(), from.paramTable(), (BaseMultiLayerUpdater<?>) from.getUpdater()),
        new Side(to.params(), to.paramTable(), (BaseMultiLayerUpdater<?>) to.getUpdater()));
  }

  static void copy(ComputationGraph from, ComputationGraph to) {
    copy(
        new Side(from.params(), from.paramTable(), from.getUpdater()),
        new Side(to.params(), to.paramTable(), to.getUpdater()));
  }

  /** A network: all parameters, their views, and the updater. */
  private record Side(
      INDArray flat, Map<String, INDArray> parameters, BaseMultiLayerUpdater<?> updater) {

    long offset(String name) {
      return parameters.get(name).offset() - flat.offset();
    }

    /** A state array of a parameter, shaped and ordered as that is. */
    INDArray state(UpdaterBlock block, int array, String name) {
      INDArray parameter = parameters.get(name);
      long size = (long) block.getParamOffsetEnd() - block.getParamOffsetStart();
      long first =
          block.getUpdaterViewOffsetStart()
              + array * size
              + offset(name)
              - block.getParamOffsetStart();
      INDArray states = updater.getStateViewArray();
      return states
          .reshape(states.length())
          .get(NDArrayIndex.interval(first, first + parameter.length()))
          .reshape(parameter.ordering(), parameter.shape());
    }
  }

  private static void copy(Side from, Side to) {
    List<UpdaterBlock> blocks = from.updater.getUpdaterBlocks();
    List<UpdaterBlock> otherBlocks = to.updater.getUpdaterBlocks();
    if (from.updater.getStateViewArray() == null) {
      return;
    }
    if (blocks.size() != otherBlocks.size()) {
      throw new IllegalStateException(
          "the converted network has " + otherBlocks.size() + " updaters for " + blocks.size());
    }
    for (int i = 0; i < blocks.size(); i++) {
      UpdaterBlock block = blocks.get(i);
      int size = block.getParamOffsetEnd() - block.getParamOffsetStart();
      int arrays = (block.getUpdaterViewOffsetEnd() - block.getUpdaterViewOffsetStart()) / size;
      for (String name : from.parameters.keySet()) {
        long offset = from.offset(name);
        if (offset >= block.getParamOffsetStart() && offset < block.getParamOffsetEnd()) {
          for (int array = 0; array < arrays; array++) {
            INDArray target = to.state(otherBlocks.get(i), array, name);
            target.assign(from.state(block, array, name).reshape(target.shape()));
          }
        }
      }
    }
  }
}
