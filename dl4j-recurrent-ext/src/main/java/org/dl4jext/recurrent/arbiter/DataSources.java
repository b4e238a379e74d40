package org.dl4jext.recurrent.arbiter;

import java.util.Properties;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.DataSetIteratorFactory;

/** Data sources from their classes, and iterators from what data sources give. */
final class DataSources {

  private DataSources() {}

  static DataSource create(Class<? extends DataSource> type, Properties properties) {
    try {
      DataSource source = type.getConstructor().newInstance();
      if (properties != null) {
        source.configure(properties);
      }
      return source;
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          type.getName() + ": a data source needs a public constructor without arguments", e);
    }
  }

  /**
   * What a data source gives as an iterator at its start.
   *
   * @param what names the data in errors
   * @throws IllegalArgumentException if it is neither an iterator nor a factory of them
   */
  static DataSetIterator iterator(String what, Object data) {
    DataSetIterator iterator;
    if (data instanceof DataSetIterator given) {
      iterator = given;
    } else if (data instanceof DataSetIteratorFactory factory) {
      iterator = factory.create();
    } else {
      throw new IllegalArgumentException(
          what
              + " is a "
              + (data == null ? null : data.getClass().getName())
              + "; allowed: DataSetIterator, DataSetIteratorFactory, and for training also"
              + " MultiDataSetIterator");
    }
    iterator.reset();
    return iterator;
  }
}
