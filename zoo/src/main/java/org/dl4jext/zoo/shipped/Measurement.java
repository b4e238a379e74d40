package org.dl4jext.zoo.shipped;

import java.io.IOException;
import org.dl4jext.zoo.models.StoredModel;
import org.dl4jext.zoo.models.ZooEntry;

/**
 * A shipped model on fresh data, beside what the manifest says.
 *
 * @param entry of the manifest
 * @param measured now
 * @param recorded when it was trained
 */
public record Measurement(ZooEntry entry, Metric measured, Metric recorded) {

  /**
   * Measures a model.
   *
   * @param seed of the data, where they can be drawn
   * @throws IllegalArgumentException if the task of the entry is not known
   */
  public static Measurement of(StoredModel stored, ZooEntry entry, long seed) throws IOException {
    Metric measured = ShippedModels.of(entry.name()).measure().of(stored, seed);
    return new Measurement(entry, measured, measured.recorded(entry));
  }

  /** Whether the model is as good as the manifest says, but for chance. */
  public boolean meets() {
    return measured.meets(recorded);
  }
}
