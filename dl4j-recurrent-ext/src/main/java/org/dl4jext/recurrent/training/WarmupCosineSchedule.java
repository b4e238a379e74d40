package org.dl4jext.recurrent.training;

import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.shade.jackson.annotation.JsonAnySetter;

/**
 * A learning rate that rises linearly to a peak and falls along half a cosine to a floor.
 *
 * <pre>
 * t &lt; warmup          peak (t + 1) / warmup
 * warmup &lt;= t &lt; total  floor + (peak - floor) (1 + cos(pi (t - warmup) / (total - warmup))) / 2
 * t &gt;= total          floor
 * </pre>
 *
 * <p>The first step has a rate above 0 and the last step of the warm-up has the peak.
 *
 * @param scheduleType whether t counts iterations (parameter updates) or epochs
 * @param peak the largest value
 * @param floor the value at the end, from 0 to {@code peak}
 * @param warmup length of the rise; 0 for none
 * @param total length of the whole schedule, above {@code warmup}
 */
public record WarmupCosineSchedule(
    ScheduleType scheduleType, double peak, double floor, int warmup, int total)
    implements ISchedule {

  public WarmupCosineSchedule {
    if (scheduleType == null) {
      throw invalid("scheduleType", null, "ITERATION or EPOCH");
    }
    if (!(peak > 0) || Double.isInfinite(peak)) {
      throw invalid("peak", peak, "a positive number");
    }
    if (!(floor >= 0 && floor <= peak)) {
      throw invalid("floor", floor, "0 to peak (" + peak + ")");
    }
    if (warmup < 0) {
      throw invalid("warmup", warmup, "0 or more");
    }
    if (total <= warmup) {
      throw invalid("total", total, "more than warmup (" + warmup + ")");
    }
  }

  /** Warm-up and fall to 0, counted in parameter updates. */
  public static WarmupCosineSchedule ofIterations(double peak, int warmup, int total) {
    return new WarmupCosineSchedule(ScheduleType.ITERATION, peak, 0, warmup, total);
  }

  /** Warm-up and fall to 0, counted in epochs. */
  public static WarmupCosineSchedule ofEpochs(double peak, int warmup, int total) {
    return new WarmupCosineSchedule(ScheduleType.EPOCH, peak, 0, warmup, total);
  }

  /** A copy that ends at another value than 0. */
  public WarmupCosineSchedule withFloor(double floor) {
    return new WarmupCosineSchedule(scheduleType, peak, floor, warmup, total);
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    int t = scheduleType == ScheduleType.EPOCH ? epoch : iteration;
    if (t < warmup) {
      return peak * (t + 1) / warmup;
    }
    if (t >= total) {
      return floor;
    }
    double fraction = (double) (t - warmup) / (total - warmup);
    return floor + (peak - floor) * (1 + Math.cos(Math.PI * fraction)) / 2;
  }

  @JsonAnySetter
  void rejectUnknown(String property, Object value) {
    UnknownProperty.reject("WarmupCosineSchedule", property, WarmupCosineSchedule.class);
  }

  /** This schedule: it cannot change. */
  @Override
  @SuppressWarnings("MethodDoesntCallSuperMethod")
  public WarmupCosineSchedule clone() {
    return this;
  }

  private static IllegalArgumentException invalid(String option, Object value, String allowed) {
    return new IllegalArgumentException(
        "WarmupCosineSchedule: " + option + " is " + value + "; allowed: " + allowed);
  }
}
