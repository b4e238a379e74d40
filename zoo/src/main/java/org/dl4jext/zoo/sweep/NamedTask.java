package org.dl4jext.zoo.sweep;

import java.io.IOException;
import java.util.List;
import org.dl4jext.datasets.FormalLanguage;
import org.dl4jext.datasets.FormalLanguageTask;
import org.dl4jext.datasets.GroupWordProblem;
import org.dl4jext.datasets.Supervision;
import org.dl4jext.datasets.Transduction;
import org.dl4jext.zoo.catalogue.Labels;

/** The tasks of sweeps; each has a preset of its name. */
public enum NamedTask {
  /** {@link FormalLanguage#PARITY}. */
  PARITY(settings -> language(FormalLanguage.PARITY, settings)),
  /** {@link GroupWordProblem}. */
  STATE_TRACKING(
      settings ->
          TrackingSweep.of(
              settings.word("group", GroupWordProblem.of("S3"), GroupWordProblem::of), settings)),
  /** {@link FormalLanguage#MODULAR_ARITHMETIC}. */
  MODULAR_ARITHMETIC(settings -> language(FormalLanguage.MODULAR_ARITHMETIC, settings)),
  /** {@link FormalLanguage#CYCLE_NAVIGATION}. */
  CYCLE_NAVIGATION(settings -> language(FormalLanguage.CYCLE_NAVIGATION, settings)),
  /** {@link RecallSweep}. */
  MQAR(RecallSweep::of),
  /** {@link ArrowSweep}. */
  ARROW(ArrowSweep::of),
  /** {@link DigitsSweep}. */
  DIGITS(DigitsSweep::of),
  /** {@link ReasoningSweep} over hops. */
  POINTER_HOPPING(ReasoningSweep::pointerHopping),
  /** {@link ReasoningSweep} over symbols. */
  COPY(settings -> ReasoningSweep.transduction(Transduction.Rule.COPY, settings)),
  /** {@link ReasoningSweep} over symbols. */
  REVERSE(settings -> ReasoningSweep.transduction(Transduction.Rule.REVERSE, settings)),
  /** {@link ReasoningSweep} over digits. */
  ADDITION(settings -> ReasoningSweep.transduction(Transduction.Rule.ADDITION, settings)),
  /** {@link ReasoningSweep} over facts. */
  BABI(ReasoningSweep::factQuestions),
  /** {@link QkanSweep}. */
  QKAN_FORECAST(QkanSweep::of),
  /** {@link ForecastSweep}. */
  FORECAST(ForecastSweep::of);

  @SuppressWarnings("ImmutableEnumChecker") // the functions hold nothing
  private final Factory factory;

  /** Makes a task from what is at the top of a space file. */
  @FunctionalInterface
  private interface Factory {
    SweepTask of(SpaceSettings settings) throws IOException;
  }

  NamedTask(Factory factory) {
    this.factory = factory;
  }

  /** All names. */
  public static List<String> labels() {
    return Labels.all(NamedTask.class);
  }

  /**
   * The task that a space file asks for.
   *
   * @throws SpaceException if there is none, or one of its settings is wrong
   * @throws IOException if its data cannot be read
   */
  static SweepTask read(SpaceSettings settings) throws IOException {
    NamedTask named =
        settings.word("task", null, label -> Labels.constant("task", label, NamedTask.class));
    if (named == null) {
      throw settings.error(null, "task", "is missing; allowed: " + String.join(", ", labels()));
    }
    return named.factory.of(settings);
  }

  private static SweepTask language(FormalLanguage language, SpaceSettings settings) {
    return TrackingSweep.of(FormalLanguageTask.of(language, Supervision.EVERY_PREFIX), settings);
  }
}
