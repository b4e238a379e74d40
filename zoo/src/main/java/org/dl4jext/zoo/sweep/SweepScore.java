package org.dl4jext.zoo.sweep;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.deeplearning4j.arbiter.optimize.api.data.DataProvider;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.deeplearning4j.arbiter.optimize.api.score.ScoreFunction;

/** Tells Arbiter which scores are better; the tasks of a sweep score themselves. */
record SweepScore(boolean minimize) implements ScoreFunction {

  @Override
  @SuppressWarnings("deprecation") // Arbiter still asks for it
  public double score(Object model, DataProvider data, Map<String, Object> parameters) {
    throw new UnsupportedOperationException("the task scores");
  }

  @Override
  public double score(Object model, Class<? extends DataSource> data, Properties properties) {
    throw new UnsupportedOperationException("the task scores");
  }

  @Override
  public List<Class<?>> getSupportedModelTypes() {
    return List.of();
  }

  @Override
  public List<Class<?>> getSupportedDataTypes() {
    return List.of();
  }
}
