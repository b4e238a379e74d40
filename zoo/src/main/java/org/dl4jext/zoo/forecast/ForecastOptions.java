package org.dl4jext.zoo.forecast;

import java.util.Locale;
import org.dl4jext.zoo.catalogue.NamedLayer;

/**
 * What a forecast is made with. Zeros are chosen from the data.
 *
 * @param horizon rows ahead
 * @param context rows before an origin that the network reads
 * @param season rows in a season; 1 for none
 * @param layer name of the recurrent layer, see {@link NamedLayer#labels()}
 * @param width of the layers
 * @param depth number of recurrent layers
 * @param epochs most epochs of training
 * @param seed of initial parameters and training windows
 * @param hybrid whether the network predicts the residuals of a linear autoregression
 * @param level share of outcomes that the intervals should cover
 */
public record ForecastOptions(
    int horizon,
    int context,
    int season,
    String layer,
    int width,
    int depth,
    int epochs,
    long seed,
    boolean hybrid,
    double level) {

  public ForecastOptions {
    require("horizon", horizon, 0, 10_000);
    require("context", context, 0, 100_000);
    require("season", season, 0, 100_000);
    require("width", width, 1, 4096);
    require("depth", depth, 1, 64);
    require("epochs", epochs, 1, 100_000);
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException("level is " + level + "; allowed: between 0 and 1");
    }
    layer = layer.toLowerCase(Locale.ROOT);
    NamedLayer.of(layer); // throws for a name that there is not
  }

  /** Everything from the data, intervals of 80 %. */
  public static ForecastOptions defaults() {
    return new ForecastOptions(
        0, 0, 0, NamedLayer.GATED_DELTA_PRODUCT.label(), 32, 1, 40, 42, false, 0.8);
  }

  public ForecastOptions withHybrid(boolean on) {
    return new ForecastOptions(
        horizon, context, season, layer, width, depth, epochs, seed, on, level);
  }

  private static void require(String name, int value, int low, int high) {
    if (value < low || value > high) {
      throw new IllegalArgumentException(
          name + " is " + value + "; allowed: " + Math.max(1, low) + " to " + high);
    }
  }
}
