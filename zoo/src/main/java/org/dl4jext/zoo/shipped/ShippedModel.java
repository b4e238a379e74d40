package org.dl4jext.zoo.shipped;

import java.io.IOException;
import java.util.function.Supplier;
import org.dl4jext.zoo.models.RecurrentZooModel;
import org.dl4jext.zoo.models.StoredModel;

/**
 * A model of the jar: how it is made, trained and measured.
 *
 * @param name in the manifest
 * @param task in a few words
 * @param seed of parameters and data
 * @param architecture makes the zoo model, without weights
 * @param training trains it from the seed; the same machine gives the same model
 * @param measure measures a trained model on data from another seed
 */
public record ShippedModel(
    String name,
    String task,
    long seed,
    Supplier<RecurrentZooModel<?>> architecture,
    Training training,
    Measure measure) {

  /** The zoo model, whose {@code initPretrained()} loads the weights of the jar. */
  public RecurrentZooModel<?> zooModel() {
    return architecture.get().weights(name);
  }

  /** How a model is trained. */
  @FunctionalInterface
  public interface Training {
    /** Trains; the metadata of the model says what else is needed to use it. */
    StoredModel train(Listener listener) throws IOException;
  }

  /** How a model is measured. */
  @FunctionalInterface
  public interface Measure {
    /** Measures on data that are drawn from the seed, where they can be drawn. */
    Metric of(StoredModel model, long seed) throws IOException;
  }

  /** Hears how training goes. */
  @FunctionalInterface
  public interface Listener {
    /** After each step; the score is a loss, or what the training watches instead. */
    void step(int step, int steps, double score);
  }
}
