package org.dl4jext.zoo.universal;

import java.util.Map;
import org.dl4jext.samediff.Spec;
import org.dl4jext.samediff.universal.PositionIndex;
import org.dl4jext.samediff.universal.TimingSignal;
import org.dl4jext.samediff.universal.UniversalSpec;

/**
 * One training run on a reasoning task.
 *
 * @param model what is trained
 * @param width of the Universal Transformer; the other models follow from it
 * @param heads of attention
 * @param innerSize hidden size of the transition
 * @param maxSteps of the Universal Transformer
 * @param ponderWeight factor of the ponder cost
 * @param haltingBias start of the bias of the halting unit: below 0 begins with many steps
 * @param least training difficulty
 * @param greatest training difficulty
 * @param maxOffset training examples stand behind 0 to this number of masked steps
 * @param batch examples of an update
 * @param updates of the parameters
 * @param rate peak of the learning rate
 * @param seed of parameters and examples
 */
public record ReasoningOptions(
    ReasoningModel model,
    int width,
    int heads,
    int innerSize,
    int maxSteps,
    double ponderWeight,
    double haltingBias,
    int least,
    int greatest,
    int maxOffset,
    int batch,
    int updates,
    double rate,
    long seed)
    implements Spec<ReasoningOptions> {

  public ReasoningOptions {
    require("width", width, 4, 4096);
    require("heads", heads, 1, 1024);
    require("innerSize", innerSize, 1, 1 << 16);
    require("batch", batch, 1, 1 << 16);
    require("updates", updates, 1, 10_000_000);
    if (width % heads != 0) {
      throw new IllegalArgumentException(
          "heads is " + heads + "; allowed: a divisor of the width (" + width + ")");
    }
    if (!(rate > 0 && rate <= 1)) {
      throw new IllegalArgumentException("rate is " + rate + "; allowed: above 0, at most 1");
    }
  }

  private static void require(String name, int value, int low, int high) {
    if (value < low || value > high) {
      throw new IllegalArgumentException(
          name + " is " + value + "; allowed: " + low + " to " + high);
    }
  }

  /** Width 64, 4 heads, 6 steps, batches of 64, for difficulties between two. */
  public static ReasoningOptions of(
      ReasoningModel model, int least, int greatest, int updates, long seed) {
    return new ReasoningOptions(
        model, 64, 4, 128, 6, 0.01, -1, least, greatest, 0, 64, updates, 2e-3, seed);
  }

  /** The options of the layer; masked steps count as positions. */
  UniversalSpec spec() {
    return UniversalSpec.ofHeads(heads)
        .with(
            Map.of(
                "innerSize",
                innerSize,
                "maxSteps",
                maxSteps,
                "ponderWeight",
                ponderWeight,
                "haltingBias",
                0.0,
                "positionTiming",
                TimingSignal.SINUSOID,
                "positionIndex",
                PositionIndex.ABSOLUTE));
  }
}
