package org.dl4jext.zoo.shipped;

import java.util.List;
import org.dl4jext.datasets.FormalLanguage;
import org.dl4jext.datasets.FormalLanguageTask;
import org.dl4jext.datasets.GroupWordProblem;
import org.dl4jext.datasets.Supervision;
import org.dl4jext.datasets.TelecomTraffic;
import org.dl4jext.samediff.delta.EigenvalueRange;
import org.dl4jext.zoo.qkan.QkanSeries;
import org.dl4jext.zoo.tracking.TrackingOptions;

/** The list of the models in the jar. */
public final class ShippedModels {

  private ShippedModels() {}

  /** All of them, in the order of the manifest. */
  public static List<ShippedModel> all() {
    return List.of(
        TokenModels.tracking(
            "delta-product-parity",
            FormalLanguageTask.of(FormalLanguage.PARITY, Supervision.EVERY_PREFIX),
            TrackingOptions.of(1, EigenvalueRange.SIGNED, 250, 1),
            128),
        TokenModels.tracking(
            "delta-product-s3",
            GroupWordProblem.of("S3"),
            TrackingOptions.of(2, EigenvalueRange.SIGNED, 500, 2),
            128),
        SeriesModels.qkan(
            "qkan-lstm-shm", QkanSeries.SHM, "fresh pendulums", SeriesModels::pendulum, 11),
        SeriesModels.qkan(
            "qkan-lstm-telecom",
            QkanSeries.TELECOM,
            "fresh weeks",
            seed -> TelecomTraffic.week(seed).values(),
            11),
        VisionModels.arrow("plstm-arrow", 800, 1),
        VisionModels.digits("plstm-digits", 40, 1),
        TokenModels.pointers("universal-transformer-pointers", 900, 1),
        TokenModels.recall("memory-caching-mqar", 1),
        SeriesModels.co2("forecaster-co2"));
  }

  /**
   * The model of a name.
   *
   * @throws IllegalArgumentException if there is none, with the names that there are
   */
  public static ShippedModel of(String name) {
    return all().stream()
        .filter(model -> model.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no model '"
                        + name
                        + "'; there are "
                        + all().stream().map(ShippedModel::name).toList()));
  }
}
