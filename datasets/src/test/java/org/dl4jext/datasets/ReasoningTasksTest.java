package org.dl4jext.datasets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.dataset.DataSet;

/** Labels are recomputed from the steps, in another way than the tasks do. */
class ReasoningTasksTest {

  static Stream<ReasoningTask> tasks() {
    return Stream.of(
        new PointerHopping(8, 4),
        new FactQuestions(8),
        Transduction.of(Transduction.Rule.COPY, 16),
        Transduction.of(Transduction.Rule.REVERSE, 16),
        Transduction.of(Transduction.Rule.ADDITION, 16));
  }

  @Test
  void pointersAreFollowed() {
    PointerHopping task = new PointerHopping(8, 4);
    SplittableRandom random = new SplittableRandom(3);
    for (int hops = 1; hops <= 4; hops++) {
      ReasoningExample example = task.draw(random, hops);
      int[] reached = {0, 1, 2, 3, 4, 5, 6, 7};
      for (int k = 0; k < hops; k++) {
        reached = Arrays.stream(reached).map(i -> example.active()[i][0]).toArray();
      }
      assertArrayEquals(reached, example.labels());
      assertEquals(8 + hops - 1, example.active()[5][1]);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsWrittenFollowsFromWhatIsRead(Transduction.Rule rule) {
    Transduction task = Transduction.of(rule, 12);
    SplittableRandom random = new SplittableRandom(4);
    for (int length = 1; length <= 12; length++) {
      ReasoningExample example = task.draw(random, length);
      StringBuilder first = new StringBuilder();
      StringBuilder second = new StringBuilder();
      StringBuilder written = new StringBuilder();
      for (int i = 0; i < length; i++) {
        first.append(example.active()[i][0]);
        second.append(rule == Transduction.Rule.ADDITION ? example.active()[i][1] - 10 : 0);
        written.append(example.labels()[13 + i]);
        assertEquals(TokenSequence.NO_LABEL, example.labels()[i]);
      }
      assertEquals(1, example.active()[length].length);
      assertEquals(length == 12 ? 1 : 0, example.active()[12].length);
      String expected =
          switch (rule) {
            case COPY -> first.toString();
            case REVERSE -> first.reverse().toString();
            case ADDITION -> {
              long sum =
                  Long.parseLong(first.reverse().toString())
                      + Long.parseLong(second.reverse().toString());
              String digits = "0".repeat(20) + sum;
              yield new StringBuilder(digits.substring(digits.length() - length))
                  .reverse()
                  .toString();
            }
          };
      assertEquals(expected, written.toString());
    }
  }

  @Test
  void answersFollowFromTheStory() {
    SplittableRandom random = new SplittableRandom(5);
    for (int facts = 1; facts <= 3; facts++) {
      for (int i = 0; i < 200; i++) {
        ReasoningExample story = new FactQuestions(8).draw(random, facts);
        assertEquals(answer(story), story.labels()[8], story.toString());
        assertTrue(Arrays.stream(story.labels()).limit(8).allMatch(l -> l == -1));
      }
    }
  }

  /** Plays the story: channels are 4 persons, 3 things, 6 places, go, take, is, was. */
  private static int answer(ReasoningExample story) {
    Map<Integer, Integer> place = new HashMap<>();
    Map<Integer, Integer> carrier = new HashMap<>();
    Map<Integer, int[]> thing = new HashMap<>();
    for (int t = 0; t < 8; t++) {
      int[] words = story.active()[t];
      if (words[2] == 13) {
        place.put(words[0], words[1] - 7);
      } else {
        carrier.put(words[1], words[0]);
        thing.put(words[1], new int[] {-1, place.get(words[0])});
      }
      carrier.forEach(
          (what, who) -> {
            int[] last = thing.get(what);
            if (last[1] != place.get(who)) {
              thing.put(what, new int[] {last[1], place.get(who)});
            }
          });
    }
    int[] question = story.active()[8];
    if (question[0] < 4) {
      return place.get(question[0]);
    }
    return thing.get(question[0])[question[1] == 16 ? 0 : 1];
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void batchesAreMaskedAndRepeatable(ReasoningTask task) {
    int least = task.difficulties()[0];
    int greatest = task.difficulties()[1];
    var options = new ReasoningTaskIterator.Options(5, 2, least, greatest, 6, 9);
    ReasoningTaskIterator iterator = new ReasoningTaskIterator(task, options);
    DataSet first = iterator.next();
    iterator.next();
    assertTrue(!iterator.hasNext());
    iterator.reset();
    assertEquals(first, iterator.next());
    long steps = first.getFeatures().size(2);
    for (int n = 0; n < 5; n++) {
      for (int t = 0; t < steps; t++) {
        boolean valid = first.getFeaturesMaskArray().getDouble(n, t) == 1;
        double ones = 0;
        for (int c = 0; c < task.channels(); c++) {
          ones += first.getFeatures().getDouble(n, c, t);
        }
        assertEquals(valid, ones > 0);
        double labels = 0;
        for (int c = 0; c < task.classes(); c++) {
          labels += first.getLabels().getDouble(n, c, t);
        }
        assertEquals(first.getLabelsMaskArray().getDouble(n, t), labels);
      }
    }
  }

  @Test
  void offsetsMoveExamples() {
    ReasoningTask task = new PointerHopping(4, 2);
    List<ReasoningExample> rows =
        ReasoningTaskIterator.draw(task, new SplittableRandom(1), 1, 2, 2);
    DataSet moved = ReasoningTaskIterator.toDataSet(task, rows, new int[] {0, 3});
    assertArrayEquals(
        new double[] {1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1},
        moved.getFeaturesMaskArray().dup('c').data().asDouble());
  }

  @Test
  void impossibleDifficultiesAreRefused() {
    ReasoningTask task = new PointerHopping(8, 4);
    var error =
        assertThrows(IllegalArgumentException.class, () -> task.draw(new SplittableRandom(1), 5));
    assertEquals("pointer hopping: difficulty is 5; allowed: 1 to 4", error.getMessage());
  }
}
