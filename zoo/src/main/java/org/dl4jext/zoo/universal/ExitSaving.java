package org.dl4jext.zoo.universal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.datasets.ReasoningTaskIterator;
import org.dl4jext.recurrent.SequenceLayer;
import org.dl4jext.recurrent.universal.UniversalTransformerRuntime;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What it saves to stop where all positions have halted, at one difficulty and batch size.
 *
 * @param difficulty hops, symbols, digits or facts
 * @param examples of a batch
 * @param meanSteps of all positions
 * @param millis of {@code output}, the median
 * @param millisOfAllSteps the same for the network that takes every step, with these parameters
 * @param difference greatest between the outputs of the layer and those of the reference, which
 *     never stops early
 */
public record ExitSaving(
    int difficulty,
    int examples,
    double meanSteps,
    double millis,
    double millisOfAllSteps,
    double difference) {

  /** Batch sizes that are measured. */
  public static final List<Integer> BATCHES = List.of(1, 64);

  private static final int WARMUP = 100;
  private static final int TIMED = 31;
  private static final long TEST_SEED = 0x5A7EL;

  /**
   * Measures a run of {@link ReasoningModel#UT_HALTING} at all its difficulties.
   *
   * @throws IllegalArgumentException if it is a run of another model
   */
  public static List<ExitSaving> of(ReasoningRun run) {
    if (run.options().model() != ReasoningModel.UT_HALTING) {
      throw new IllegalArgumentException(
          "model is " + run.options().model() + "; allowed: " + ReasoningModel.UT_HALTING);
    }
    MultiLayerNetwork all = ReasoningModel.UT_FIXED.network(run.task(), run.options());
    all.paramTable().forEach((name, value) -> value.assign(run.network().getParam(name)));
    List<ExitSaving> rows = new ArrayList<>();
    for (ReasoningRun.Result result : run.results()) {
      for (int batch : BATCHES) {
        rows.add(measure(run, all, result.difficulty(), batch));
      }
    }
    return List.copyOf(rows);
  }

  private static ExitSaving measure(
      ReasoningRun run, MultiLayerNetwork everyStep, int difficulty, int batch) {
    DataSet data =
        ReasoningTaskIterator.toDataSet(
            run.task(),
            ReasoningTaskIterator.draw(
                run.task(), new SplittableRandom(TEST_SEED), difficulty, difficulty, batch),
            new int[batch]);
    double[] millis = new double[TIMED];
    double[] millisOfAll = new double[TIMED];
    for (int i = -WARMUP; i < TIMED; i++) {
      double all = millis(everyStep, data);
      double some = millis(run.network(), data);
      if (i >= 0) {
        millisOfAll[i] = all;
        millis[i] = some;
      }
    }
    double steps = ((UniversalTransformerRuntime) run.network().getLayer(0)).halting().meanSteps();
    return new ExitSaving(
        difficulty,
        batch,
        steps,
        median(millis),
        median(millisOfAll),
        difference(run.network(), data));
  }

  private static double millis(MultiLayerNetwork network, DataSet data) {
    long start = System.nanoTime();
    network.output(data.getFeatures(), false, data.getFeaturesMaskArray(), null);
    return (System.nanoTime() - start) / 1e6;
  }

  private static double median(double[] times) {
    Arrays.sort(times);
    return times[times.length / 2];
  }

  private static double difference(MultiLayerNetwork network, DataSet data) {
    INDArray stopped = layerOutput(network, data, Execution.HOST);
    return stopped.sub(layerOutput(network, data, Execution.REFERENCE)).amaxNumber().doubleValue();
  }

  private static INDArray layerOutput(
      MultiLayerNetwork network, DataSet data, Execution execution) {
    SequenceLayer<?> layer = (SequenceLayer<?>) network.getLayer(0).conf().getLayer();
    LayerUnit unit = layer.unit(execution, DataType.FLOAT);
    INDArray x = data.getFeatures().permute(0, 2, 1);
    List<INDArray> inputs = new ArrayList<>(Arrays.asList(x, data.getFeaturesMaskArray()));
    unit.parameters().forEach(p -> inputs.add(network.getLayer(0).getParam(p.name())));
    unit.states().forEach(state -> inputs.add(null));
    INDArray[] outputs = new INDArray[1 + unit.states().size()];
    outputs[0] = Nd4j.create(DataType.FLOAT, x.size(0), x.size(1), unit.outputSize());
    unit.forward(inputs.toArray(INDArray[]::new), outputs, false);
    return outputs[0];
  }
}
