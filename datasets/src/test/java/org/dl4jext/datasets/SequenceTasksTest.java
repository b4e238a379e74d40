package org.dl4jext.datasets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

class SequenceTasksTest {

  @Test
  void parityCountsTheTwos() {
    assertEquals(2, FormalLanguage.PARITY.answer(new int[] {2, 1, 2, 2}, 3));
    assertEquals(1, FormalLanguage.PARITY.answer(new int[] {2, 1, 2}, 3));
  }

  @Test
  void timesBindsTighterWithoutBrackets() {
    // 2 + 3 * 4 - 1 = 13 = 3 mod 5
    int[] question = {7, 1, 8, 3, 9, 2, 6, 4};
    assertEquals(5 + 3, FormalLanguage.MODULAR_ARITHMETIC.answer(question, 10));
  }

  @Test
  void bracketsAndUnaryMinusAreEvaluated() {
    // (-3 - (2 + -1)) = -4 = 1 mod 5
    int[] question = {8, 6, 3, 6, 8, 2, 5, 6, 1, 9, 9, 10};
    assertEquals(1, FormalLanguage.MODULAR_ARITHMETIC_BRACKETS.answer(question, 12));
  }

  @Test
  void cycleNavigationWalksTheRing() {
    // stay, +1, -1, -1 on a ring of 5
    assertEquals(4 + 4, FormalLanguage.CYCLE_NAVIGATION.answer(new int[] {1, 2, 3, 3}, 9));
    // steps to 2 on a ring of 9 - 6 = 3: +2, -1
    assertEquals(6 + 1, FormalLanguage.cycleAnswer(new int[] {3, 4}, 9, 2));
  }

  @ParameterizedTest
  @CsvSource({
    "PARITY, '1,3', 3",
    "MODULAR_ARITHMETIC, '5,1,4', 10",
    "MODULAR_ARITHMETIC, '5,9,6,4', 10",
    "MODULAR_ARITHMETIC_BRACKETS, '8,1,10', 12",
    "MODULAR_ARITHMETIC_BRACKETS, '8,1', 12",
    "MODULAR_ARITHMETIC_BRACKETS, '1', 12",
    "CYCLE_NAVIGATION, '0', 9",
    "PARITY, '1', 4"
  })
  void wordsOutsideTheLanguageAreRefused(FormalLanguage language, String tokens, int vocabulary) {
    int[] question = Arrays.stream(tokens.split(",")).mapToInt(Integer::parseInt).toArray();
    var error =
        assertThrows(IllegalArgumentException.class, () -> language.answer(question, vocabulary));
    assertTrue(error.getMessage().startsWith(language.label()), error.getMessage());
  }

  @ParameterizedTest
  @EnumSource
  void drawnWordsCarryTheirAnswerAtTheLastStep(FormalLanguage language) {
    var task =
        new FormalLanguageTask(language, language.usualVocabulary(), true, 1, Supervision.ANSWER);
    var random = new SplittableRandom(7);
    for (int i = 0; i < 400; i++) {
      TokenSequence word = task.draw(random, task.nearestLength(1 + i % 40));
      int last = word.length() - 1;
      assertEquals(language.answer(word.tokens(), language.usualVocabulary()), word.labels()[last]);
      assertTrue(IntStream.range(0, last).allMatch(t -> word.labels()[t] == -1));
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MODULAR_ARITHMETIC_BRACKETS")
  void everyPrefixHasTheAnswerOfThatPrefix(FormalLanguage language) {
    var task = FormalLanguageTask.of(language, Supervision.EVERY_PREFIX);
    TokenSequence word = task.draw(new SplittableRandom(3), 12);
    assertTrue(Arrays.stream(word.labels()).filter(l -> l >= 0).count() >= 6);
    int[] prefix = Arrays.copyOf(word.tokens(), 4);
    if (language == FormalLanguage.MODULAR_ARITHMETIC) {
      prefix[3] = 4;
      assertEquals(language.answer(prefix, 10), word.labels()[2]);
    } else {
      assertEquals(language.answer(prefix, language.usualVocabulary()), word.labels()[3]);
    }
  }

  @ParameterizedTest
  @CsvSource({"S3,6", "S4,24", "A4,12", "A5,60", "Z60,60", "A4_x_Z5,60", "S3_x_Z2_x_Z2,24"})
  void groupsObeyTheirAxioms(String name, int order) {
    FiniteGroup group = FiniteGroup.of(name);
    assertEquals(order, group.order());
    var random = new SplittableRandom(1);
    for (int i = 0; i < 500; i++) {
      int a = random.nextInt(order);
      int b = random.nextInt(order);
      int c = random.nextInt(order);
      assertEquals(a, group.multiply(0, a));
      assertEquals(a, group.multiply(a, 0));
      assertEquals(
          group.multiply(group.multiply(a, b), c), group.multiply(a, group.multiply(b, c)));
    }
    for (int[] row : group.table()) {
      assertEquals(order, Arrays.stream(row).distinct().count());
    }
  }

  @Test
  void limitsOfMovedPointsSelectTheGenerators() {
    assertEquals(4, GroupWordProblem.of("S3").swapsOnly().generators().length);
    assertEquals(11, GroupWordProblem.of("S5").movingAtMost(2).generators().length);
    assertEquals(31, GroupWordProblem.of("S5").movingAtMost(3).generators().length);
    assertThrows(IllegalArgumentException.class, () -> GroupWordProblem.of("Z5").swapsOnly());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "S", "B3", "S8", "Z0", "S3_x_", "Z99_x_Z99", "s3"})
  void unknownGroupsAreRefused(String name) {
    assertThrows(IllegalArgumentException.class, () -> FiniteGroup.of(name));
  }

  @Test
  void theBeginTokenIsItsOwnLabel() {
    TokenSequence row = GroupWordProblem.of("S3").withBeginToken().draw(new SplittableRandom(5), 9);
    assertEquals(6, row.tokens()[0]);
    assertEquals(6, row.labels()[0]);
    assertEquals(row.tokens()[1], row.labels()[1]);
  }

  private static SequenceTaskIterator iterator(long seed, TokenEncoding encoding) {
    var options = new SequenceTaskIterator.Options(8, 3, 2, 9, 12, encoding, false, seed);
    return new SequenceTaskIterator(GroupWordProblem.of("S3"), options);
  }

  @Test
  void theSameSeedDrawsTheSameBatchesAfterEveryReset() {
    var first = iterator(4, TokenEncoding.ONE_HOT);
    DataSet before = first.next();
    first.next();
    first.reset();
    assertEquals(before, first.next());
    assertEquals(before, iterator(4, TokenEncoding.ONE_HOT).next());
    assertNotEquals(before, iterator(5, TokenEncoding.ONE_HOT).next());
  }

  @Test
  void batchesEndAndSayThatTheyEnd() {
    var batches = iterator(4, TokenEncoding.INDEX);
    for (int i = 0; i < 3; i++) {
      batches.next();
    }
    assertFalse(batches.hasNext());
    assertThrows(java.util.NoSuchElementException.class, batches::next);
  }

  @Test
  void masksMarkTheRealStepsAndLabelsAreRunningProducts() {
    DataSet set = iterator(11, TokenEncoding.INDEX).next();
    DataSet hot = iterator(11, TokenEncoding.ONE_HOT).next();
    assertArrayEquals(new long[] {8, 1, 12}, set.getFeatures().shape());
    assertArrayEquals(new long[] {8, 6, 12}, hot.getFeatures().shape());
    FiniteGroup group = FiniteGroup.of("S3");
    INDArray mask = set.getFeaturesMaskArray();
    for (int i = 0; i < 8; i++) {
      int state = 0;
      boolean ended = false;
      for (int t = 0; t < 12; t++) {
        boolean valid = mask.getDouble(i, t) == 1;
        assertEquals(mask.getDouble(i, t), set.getLabelsMaskArray().getDouble(i, t));
        assertTrue(!(ended && valid), "a masked step lies between valid ones");
        ended = !valid;
        if (valid) {
          int token = set.getFeatures().getInt(i, 0, t);
          assertEquals(1, hot.getFeatures().getInt(i, token, t));
          state = group.multiply(state, token);
          assertEquals(1, set.getLabels().getInt(i, state, t));
        }
      }
    }
  }

  @Test
  void distinctExamplesNeverComeTwiceAndRunOut() {
    var options = new SequenceTaskIterator.Options(6, 6, 2, 2, 0, TokenEncoding.INDEX, true, 1);
    var all = new SequenceTaskIterator(GroupWordProblem.of("S3"), options);
    Set<String> seen = new HashSet<>();
    while (all.hasNext()) {
      INDArray features = all.next().getFeatures();
      for (int i = 0; i < 6; i++) {
        assertTrue(seen.add(features.getInt(i, 0, 0) + " " + features.getInt(i, 0, 1)));
      }
    }
    assertEquals(36, seen.size());
    var tooMany =
        new SequenceTaskIterator(
            GroupWordProblem.of("Z2"),
            new SequenceTaskIterator.Options(5, 1, 2, 2, 0, TokenEncoding.INDEX, true, 1));
    assertThrows(IllegalStateException.class, tooMany::next);
  }
}
