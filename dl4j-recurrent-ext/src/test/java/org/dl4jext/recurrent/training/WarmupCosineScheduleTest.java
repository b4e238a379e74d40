package org.dl4jext.recurrent.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.shade.jackson.databind.ObjectMapper;

class WarmupCosineScheduleTest {

  @Test
  void valuesAreThoseOfTheFormula() {
    WarmupCosineSchedule s = WarmupCosineSchedule.ofIterations(0.4, 4, 10).withFloor(0.1);
    double[] expected = {0.1, 0.2, 0.3, 0.4, 0.4};
    for (int t = 0; t < expected.length; t++) {
      assertEquals(expected[t], s.valueAt(t, 99), 1e-15);
    }
    assertEquals(0.1 + 0.3 * 0.75, s.valueAt(6, 99), 1e-15); // a third of the way: cos 60 degrees
    assertEquals(0.25, s.valueAt(7, 99), 1e-15); // half way
    assertEquals(0.1 + 0.3 * 0.25, s.valueAt(8, 99), 1e-15);
    assertEquals(0.1, s.valueAt(10, 99), 0);
    assertEquals(0.1, s.valueAt(1_000_000, 99), 0);
  }

  @Test
  void epochsCountWhereTheTypeSaysSo() {
    WarmupCosineSchedule s = WarmupCosineSchedule.ofEpochs(1, 0, 2);
    assertEquals(1, s.valueAt(50, 0), 0);
    assertEquals(0.5, s.valueAt(50, 1), 1e-15);
    assertEquals(0, s.valueAt(0, 2), 0);
  }

  @Property(tries = 200)
  void risesThenFallsAndStaysInRange(
      @ForAll @IntRange(max = 50) int warmup, @ForAll @IntRange(min = 1, max = 50) int fall) {
    WarmupCosineSchedule s =
        new WarmupCosineSchedule(ScheduleType.ITERATION, 2, 0.5, warmup, warmup + fall);
    for (int t = 0; t < warmup + fall + 3; t++) {
      double here = s.valueAt(t, 0);
      double next = s.valueAt(t + 1, 0);
      assertTrue(here > 0 && here <= 2, () -> s + " is " + here);
      assertTrue(t + 1 < warmup ? next > here : t < warmup || next <= here, s.toString());
    }
  }

  @Test
  void jsonRoundTripIsEqual() throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    WarmupCosineSchedule s = WarmupCosineSchedule.ofIterations(0.4, 4, 10).withFloor(0.1);
    String json = mapper.writeValueAsString(s);
    assertEquals(s, mapper.readValue(json, ISchedule.class));
    String misspelt = json.replace("\"floor\"", "\"flor\"");
    Exception e = assertThrows(Exception.class, () -> mapper.readValue(misspelt, ISchedule.class));
    assertTrue(e.getMessage().contains("flor"), e.getMessage());
  }

  @Test
  void badOptionsAreNamed() {
    assertMessage("scheduleType is null", null, 1, 0, 0, 1);
    assertMessage("peak is 0.0", ScheduleType.EPOCH, 0, 0, 0, 1);
    assertMessage("peak is NaN", ScheduleType.EPOCH, Double.NaN, 0, 0, 1);
    assertMessage("floor is 2.0", ScheduleType.EPOCH, 1, 2, 0, 1);
    assertMessage("warmup is -1", ScheduleType.EPOCH, 1, 0, -1, 1);
    assertMessage("total is 3", ScheduleType.EPOCH, 1, 0, 3, 3);
  }

  private static void assertMessage(
      String part, ScheduleType type, double peak, double floor, int warmup, int total) {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> new WarmupCosineSchedule(type, peak, floor, warmup, total))
            .getMessage();
    assertTrue(message.contains(part), message);
  }
}
