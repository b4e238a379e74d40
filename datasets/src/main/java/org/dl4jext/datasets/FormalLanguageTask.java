package org.dl4jext.datasets;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Random words of a {@link FormalLanguage}. The tokens are the question; the label at its last step
 * is the answer token, so a network predicts the answer from the output of the step before it.
 *
 * @param language the language
 * @param vocabularySize number of tokens; fixes modulus or ring size
 * @param multiplication whether bracketed expressions multiply too (only + and - otherwise)
 * @param largestStep largest step of cycle navigation
 * @param supervision which steps carry a label
 */
public record FormalLanguageTask(
    FormalLanguage language,
    int vocabularySize,
    boolean multiplication,
    int largestStep,
    Supervision supervision)
    implements SequenceTask {

  public FormalLanguageTask {
    language.requireVocabulary(vocabularySize);
    int bound = language == FormalLanguage.CYCLE_NAVIGATION ? (vocabularySize - 3) / 2 : 1;
    if (largestStep < 1 || largestStep > bound) {
      throw new IllegalArgumentException(
          language.label() + ": largest step is " + largestStep + "; allowed: 1 to " + bound);
    }
    if (language == FormalLanguage.MODULAR_ARITHMETIC_BRACKETS
        && supervision == Supervision.EVERY_PREFIX) {
      throw new IllegalArgumentException(
          language.label() + ": supervision is EVERY_PREFIX; allowed: ANSWER");
    }
  }

  /** The task of the published experiments, with labels as asked. */
  public static FormalLanguageTask of(FormalLanguage language, Supervision supervision) {
    return new FormalLanguageTask(language, language.usualVocabulary(), false, 1, supervision);
  }

  @Override
  public String name() {
    return language.label();
  }

  @Override
  public int tokens() {
    return vocabularySize;
  }

  @Override
  public int classes() {
    return vocabularySize;
  }

  @Override
  public int padToken() {
    return language.padToken(vocabularySize);
  }

  @Override
  public int nearestLength(int length) {
    boolean arithmetic =
        language == FormalLanguage.MODULAR_ARITHMETIC
            || language == FormalLanguage.MODULAR_ARITHMETIC_BRACKETS;
    int shortest = arithmetic ? 2 : 1;
    int nearest = language == FormalLanguage.MODULAR_ARITHMETIC ? length - length % 2 : length;
    return Math.max(shortest, nearest);
  }

  @Override
  public TokenSequence draw(SplittableRandom random, int length) {
    if (length != nearestLength(length)) {
      throw new IllegalArgumentException(
          name() + ": length is " + length + "; allowed: for example " + nearestLength(length));
    }
    int[] question =
        switch (language) {
          case PARITY -> random.ints(length, 1, 3).toArray();
          case CYCLE_NAVIGATION -> random.ints(length, 1, 2 * largestStep + 2).toArray();
          case MODULAR_ARITHMETIC -> flatExpression(random, length);
          case MODULAR_ARITHMETIC_BRACKETS -> bracketExpression(random, length);
        };
    return new TokenSequence(question, labels(question));
  }

  private int[] labels(int[] question) {
    int[] labels = new int[question.length];
    Arrays.fill(labels, TokenSequence.NO_LABEL);
    labels[question.length - 1] = answer(question);
    if (supervision == Supervision.EVERY_PREFIX) {
      boolean arithmetic = language == FormalLanguage.MODULAR_ARITHMETIC;
      for (int t = 0; t < question.length - 1; t += arithmetic ? 2 : 1) {
        int[] prefix = Arrays.copyOf(question, t + (arithmetic ? 2 : 1));
        if (arithmetic) {
          prefix[t + 1] = 4;
        }
        labels[t] = answer(prefix);
      }
    }
    return labels;
  }

  private int answer(int[] question) {
    return language == FormalLanguage.CYCLE_NAVIGATION
        ? FormalLanguage.cycleAnswer(question, vocabularySize, largestStep)
        : language.answer(question, vocabularySize);
  }

  private int[] flatExpression(SplittableRandom random, int length) {
    int[] tokens = new int[length];
    for (int t = 0; t < length; t++) {
      tokens[t] = t % 2 == 0 ? random.nextInt(5, vocabularySize) : random.nextInt(1, 4);
    }
    tokens[length - 1] = 4;
    return tokens;
  }

  private int[] bracketExpression(SplittableRandom random, int length) {
    int[] tokens = new int[length];
    fill(random, tokens, 0, length - 1);
    tokens[length - 1] = vocabularySize - 2;
    return tokens;
  }

  /** Fills [from, from + length): a digit, a minus before a digit or bracket, or a split in two. */
  private void fill(SplittableRandom random, int[] tokens, int from, int length) {
    int modulus = vocabularySize - 7;
    if (length == 1) {
      tokens[from] = random.nextInt(modulus);
    } else if (length < 5) {
      // 2: -d; 3: (d) would be idle, so --d; 4: (-d)
      int digits = length == 4 ? 1 : length - 1;
      Arrays.fill(tokens, from, from + length, modulus + 1);
      if (length == 4) {
        tokens[from] = modulus + 3;
        tokens[from + 3] = modulus + 4;
        tokens[from + 2] = random.nextInt(modulus);
      } else {
        tokens[from + digits] = random.nextInt(modulus);
      }
    } else {
      int left = random.nextInt(1, length - 3);
      tokens[from] = modulus + 3;
      fill(random, tokens, from + 1, left);
      tokens[from + 1 + left] = modulus + random.nextInt(multiplication ? 3 : 2);
      fill(random, tokens, from + 2 + left, length - 3 - left);
      tokens[from + length - 1] = modulus + 4;
    }
  }
}
