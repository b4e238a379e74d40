package org.dl4jext.arbiter;

import java.util.Properties;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.dl4jext.datasets.FormalLanguage;
import org.dl4jext.datasets.FormalLanguageTask;
import org.dl4jext.datasets.SequenceTaskIterator;
import org.dl4jext.datasets.Supervision;
import org.dl4jext.recurrent.arbiter.SequenceScore;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** Parity of short strings, for searches. */
public final class ParityData implements DataSource {

  private static final long serialVersionUID = 1L;

  private int testLength = 6;

  @Override
  public void configure(Properties properties) {
    testLength = Integer.parseInt(properties.getProperty(SequenceScore.TEST_LENGTH, "6"));
  }

  @Override
  public DataSetIterator trainData() {
    return data(6, 1);
  }

  @Override
  public DataSetIterator testData() {
    return data(testLength, 2);
  }

  static DataSetIterator data(int length, long seed) {
    return new SequenceTaskIterator(
        FormalLanguageTask.of(FormalLanguage.PARITY, Supervision.EVERY_PREFIX),
        SequenceTaskIterator.Options.ofLength(8, 2, length, seed));
  }

  @Override
  public Class<?> getDataType() {
    return DataSetIterator.class;
  }
}
