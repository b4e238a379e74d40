package org.dl4jext.zoo.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ImportanceTest {

  @Test
  void aParameterThatTellsAllHasOne() {
    List<String> values = List.of("a", "b", "a", "b", "a", "b");
    assertEquals(1, Importance.of(values, new double[] {1, 2, 1, 2, 1, 2}), 1e-12);
  }

  /** Sums of squares by hand: between 6, within 4 over 4 degrees of freedom, total 10. */
  @Test
  void theShareIsThatOfTheFormula() {
    List<String> values = List.of("a", "a", "a", "b", "b", "b");
    double[] scores = {0, 1, 2, 2, 3, 4};
    assertEquals((6.0 - 1) / 10, Importance.of(values, scores), 1e-12);
  }

  @Test
  void numbersAreCutIntoGroups() {
    List<Double> values = new ArrayList<>();
    double[] scores = new double[50];
    for (int i = 0; i < scores.length; i++) {
      values.add((double) i);
      scores[i] = i;
    }
    assertTrue(Importance.of(values, scores) > 0.9);
  }

  @Test
  void chanceTellsNothing() {
    Random random = new Random(1);
    List<Double> values = IntStream.range(0, 400).mapToObj(i -> random.nextDouble()).toList();
    double[] scores = random.doubles(400).toArray();
    assertTrue(Importance.of(values, scores) < 0.05);
  }

  @Test
  void oneValueOrTooFewScoresGiveNoShare() {
    assertTrue(Double.isNaN(Importance.of(List.of("a", "a"), new double[] {1, 2})));
    assertTrue(Double.isNaN(Importance.of(List.of("a", "b"), new double[] {1, 2})));
  }
}
