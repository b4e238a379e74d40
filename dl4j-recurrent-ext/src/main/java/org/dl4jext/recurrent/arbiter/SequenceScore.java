package org.dl4jext.recurrent.arbiter;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.deeplearning4j.arbiter.optimize.api.data.DataProvider;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.deeplearning4j.arbiter.optimize.api.score.ScoreFunction;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.evaluation.regression.RegressionEvaluation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.DataSetIteratorFactory;

/**
 * Scores of a network on the test data of a search; label masks count. Test data is a {@code
 * DataSetIterator} or a factory of them.
 *
 * <p>Immutable.
 */
public final class SequenceScore implements ScoreFunction {

  /** The property, or data parameter, that tells a data source how long test sequences are. */
  public static final String TEST_LENGTH = "testLength";

  private static final long serialVersionUID = 1L;

  private enum Kind {
    ACCURACY,
    LOSS,
    MASE
  }

  private Kind kind;
  private double scale = 1;
  private int length;

  /** For JSON. */
  private SequenceScore() {}

  private SequenceScore(Kind kind, double scale, int length) {
    this.kind = kind;
    this.scale = scale;
    this.length = length;
  }

  /** The share of labelled steps whose most likely class is right. */
  public static SequenceScore accuracy() {
    return new SequenceScore(Kind.ACCURACY, 1, 0);
  }

  /**
   * {@link #accuracy()} on sequences of another length than those of training: the data source is
   * asked for test data with the property {@link #TEST_LENGTH} set.
   *
   * @param length steps, at least 1
   */
  public static SequenceScore accuracyAtLength(int length) {
    if (length < 1) {
      throw new IllegalArgumentException("length is " + length + "; allowed: 1 and more");
    }
    return new SequenceScore(Kind.ACCURACY, 1, length);
  }

  /** The loss, the mean over examples, regularisation included. */
  public static SequenceScore loss() {
    return new SequenceScore(Kind.LOSS, 1, 0);
  }

  /**
   * The mean absolute scaled error of a regression, the mean over the columns.
   *
   * @param scale mean absolute error of the naive forecast within the training data, above 0
   */
  public static SequenceScore mase(double scale) {
    if (!(scale > 0) || Double.isInfinite(scale)) {
      throw new IllegalArgumentException("scale is " + scale + "; allowed: above 0");
    }
    return new SequenceScore(Kind.MASE, scale, 0);
  }

  @Override
  @SuppressWarnings("deprecation") // Arbiter still asks for it
  public double score(Object model, DataProvider data, Map<String, Object> dataParameters) {
    if (length == 0) {
      return score(model, data.testData(dataParameters));
    }
    Map<String, Object> with =
        dataParameters == null ? new HashMap<>() : new HashMap<>(dataParameters);
    with.put(TEST_LENGTH, length);
    return score(model, data.testData(with));
  }

  @Override
  public double score(Object model, Class<? extends DataSource> data, Properties properties) {
    if (length == 0) {
      return score(model, DataSources.create(data, properties).testData());
    }
    Properties with = new Properties();
    if (properties != null) {
      with.putAll(properties);
    }
    with.setProperty(TEST_LENGTH, Integer.toString(length));
    return score(model, DataSources.create(data, with).testData());
  }

  private double score(Object model, Object testData) {
    DataSetIterator data = DataSources.iterator("test data", testData);
    NeuralNetwork network = (NeuralNetwork) model;
    return switch (kind) {
      case ACCURACY -> network.doEvaluation(data, new Evaluation())[0].accuracy();
      case MASE ->
          network.doEvaluation(data, new RegressionEvaluation())[0].averageMeanAbsoluteError()
              / scale;
      case LOSS -> loss((Model) model, data);
    };
  }

  private static double loss(Model model, DataSetIterator data) {
    double sum = 0;
    int examples = 0;
    while (data.hasNext()) {
      DataSet batch = data.next();
      double score =
          model instanceof MultiLayerNetwork list
              ? list.score(batch)
              : ((ComputationGraph) model).score(batch);
      sum += score * batch.numExamples();
      examples += batch.numExamples();
    }
    return sum / examples;
  }

  @Override
  public boolean minimize() {
    return kind != Kind.ACCURACY;
  }

  @Override
  public List<Class<?>> getSupportedModelTypes() {
    return List.of(MultiLayerNetwork.class, ComputationGraph.class);
  }

  @Override
  public List<Class<?>> getSupportedDataTypes() {
    return List.of(DataSetIterator.class, DataSetIteratorFactory.class);
  }

  @Override
  public String toString() {
    return switch (kind) {
      case ACCURACY -> length == 0 ? "accuracy" : "accuracy at length " + length;
      case LOSS -> "loss";
      case MASE -> "MASE";
    };
  }
}
