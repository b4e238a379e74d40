package org.dl4jext.datasets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecallTasksTest {

  private final SplittableRandom random = new SplittableRandom(3);

  @Test
  void denseRecallAsksForEveryKeyOnce() {
    MultiQueryRecall task = MultiQueryRecall.dense(48, 48);
    TokenSequence drawn = task.draw(random, 96);
    int[] keys = new int[32];
    for (int i = 0; i < 32; i++) {
      keys[i] = drawn.tokens()[2 * i];
      assertTrue(keys[i] < 48 && drawn.tokens()[2 * i + 1] >= 48);
      assertEquals(TokenSequence.NO_LABEL, drawn.labels()[2 * i]);
    }
    int[] asked = Arrays.copyOfRange(drawn.tokens(), 64, 96);
    for (int i = 0; i < 32; i++) {
      int pair = indexOf(keys, asked[i]);
      assertEquals(drawn.tokens()[2 * pair + 1], drawn.labels()[64 + i]);
    }
    assertArrayEquals(sorted(keys), sorted(asked));
    assertEquals(144, task.nearestLength(1000), "all keys");
    assertEquals(3, task.nearestLength(0));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void spreadRecallPutsQueriesAtEvenDistances(boolean randomFiller) {
    MultiQueryRecall task = MultiQueryRecall.spread(64, 4, randomFiller);
    int near = 0;
    for (int i = 0; i < 50; i++) {
      TokenSequence drawn = task.draw(random, 40);
      int asked = 0;
      for (int t = 0; t < 40; t++) {
        if (drawn.labels()[t] != TokenSequence.NO_LABEL) {
          asked++;
          near += t < 24 ? 1 : 0;
          assertEquals(0, (t - 8) % 2);
        }
      }
      assertEquals(4, asked);
      if (!randomFiller) {
        int[] again =
            MultiQueryRecall.labels(
                drawn.tokens(),
                4,
                MultiQueryRecall.queriesAmongZeros(drawn.tokens(), 4),
                TokenSequence.NO_LABEL);
        assertArrayEquals(drawn.labels(), again);
      }
    }
    assertTrue(near > 110, "near queries are more likely: " + near + " of 200");
  }

  @Test
  void aQueryThatIsNoKeyIsRefused() {
    boolean[] last = {false, false, true};
    assertArrayEquals(
        new int[] {-1, -1, 9}, MultiQueryRecall.labels(new int[] {1, 9, 1}, 1, last, -1));
    assertThrows(
        IllegalArgumentException.class,
        () -> MultiQueryRecall.labels(new int[] {1, 9, 2}, 1, last, -1));
    assertThrows(
        IllegalArgumentException.class,
        () -> MultiQueryRecall.labels(new int[] {1, 9, 1}, 1, new boolean[3], -1));
  }

  @Test
  void thePasskeyStandsAtItsDepth() {
    for (double depth : new double[] {0, 0.5, 1}) {
      PasskeyRetrieval task = PasskeyRetrieval.of(5, 10).atDepth(depth);
      TokenSequence drawn = task.draw(random, 41);
      int marker = indexOf(drawn.tokens(), 15);
      assertEquals(2 * Math.round(depth * 19), marker);
      assertEquals(drawn.tokens()[marker + 1] - 5, drawn.labels()[40]);
      assertEquals(15, drawn.tokens()[40]);
    }
  }

  @Test
  void theNeedleIsToldFromItsDistractors() {
    PasskeyRetrieval task = PasskeyRetrieval.of(5, 10).amongDistractors(3);
    for (int i = 0; i < 20; i++) {
      TokenSequence drawn = task.draw(random, 21);
      for (int marker = 15; marker < 19; marker++) {
        int token = marker;
        long count = Arrays.stream(drawn.tokens()).limit(20).filter(x -> x == token).count();
        assertEquals(1, count);
      }
      int needle = indexOf(drawn.tokens(), 15);
      assertEquals(drawn.tokens()[needle + 1] - 5, drawn.labels()[20]);
    }
    assertEquals(9, task.nearestLength(1));
  }

  @Test
  void selectiveCopyingWantsTheDataInOrder() {
    SelectiveCopying task = new SelectiveCopying(6, 4);
    TokenSequence drawn = task.draw(random, 30);
    int[] data = Arrays.stream(drawn.tokens()).filter(token -> token < 6).toArray();
    assertArrayEquals(data, Arrays.copyOfRange(drawn.labels(), 26, 30));
    assertTrue(Arrays.stream(drawn.tokens()).skip(26).allMatch(token -> token == 7));
  }

  @Test
  void aSeedDrawsTheSameExamples() {
    for (SequenceTask task :
        List.of(
            MultiQueryRecall.dense(8, 8),
            MultiQueryRecall.spread(64, 4, true),
            PasskeyRetrieval.of(4, 4).amongDistractors(2),
            new SelectiveCopying(4, 3))) {
      int length = task.nearestLength(24);
      TokenSequence first = task.draw(new SplittableRandom(9), length);
      assertEquals(first, task.draw(new SplittableRandom(9), length));
      assertTrue(Arrays.stream(first.tokens()).allMatch(token -> token < task.tokens()));
      assertTrue(Arrays.stream(first.labels()).allMatch(label -> label < task.classes()));
      assertThrows(IllegalArgumentException.class, () -> task.draw(random, 1));
    }
  }

  private static int indexOf(int[] values, int wanted) {
    for (int i = 0; i < values.length; i++) {
      if (values[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  private static int[] sorted(int[] values) {
    int[] copy = values.clone();
    Arrays.sort(copy);
    return copy;
  }
}
