package org.dl4jext.recurrent.arbiter;

import java.util.Properties;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;

/** Data sources from their classes. */
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
}
