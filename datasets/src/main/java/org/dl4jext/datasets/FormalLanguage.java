package org.dl4jext.datasets;

import java.util.Arrays;

/**
 * Formal languages whose words ask a question with one answer token: the known answers, as pure
 * functions of the question. The size of the vocabulary fixes the modulus or the size of the ring.
 */
public enum FormalLanguage {
  /** Is the number of twos odd? Tokens: 0 pad, bits 1 and 2; the answer is 2 for odd, else 1. */
  PARITY("parity", 3, 3, 3) {
    @Override
    int evaluate(int[] question, int vocabularySize) {
      int twos = 0;
      for (int token : question) {
        twos += requireToken(token, 1, 2) - 1;
      }
      return twos % 2 + 1;
    }
  },

  /**
   * Value of an expression without brackets modulo m. Tokens: 0 pad, 1 plus, 2 minus, 3 times, 4
   * equals, digit d is 5 + d; m = vocabulary size - 5. Times binds tighter.
   */
  MODULAR_ARITHMETIC("modular-arithmetic", 10, 7, Integer.MAX_VALUE) {
    @Override
    int evaluate(int[] question, int vocabularySize) {
      int modulus = vocabularySize - 5;
      int length = question.length;
      if (length < 2 || length % 2 != 0 || question[length - 1] != 4) {
        throw malformed("digits and operators in turn, then the token 4 (equals)");
      }
      int total = 0;
      int sign = 1;
      int product = requireToken(question[0], 5, vocabularySize - 1) - 5;
      for (int i = 1; i + 1 < length; i += 2) {
        int operator = requireToken(question[i], 1, 3);
        int digit = requireToken(question[i + 1], 5, vocabularySize - 1) - 5;
        if (operator == 3) {
          product = product * digit % modulus;
        } else {
          total = Math.floorMod(total + sign * product, modulus);
          sign = operator == 2 ? -1 : 1;
          product = digit;
        }
      }
      return Math.floorMod(total + sign * product, modulus) + 5;
    }
  },

  /**
   * Value of a bracketed expression modulo m, unary minus allowed. Tokens: digits 0 to m-1, then
   * plus, minus, times, left, right, equals, pad; m = vocabulary size - 7.
   */
  MODULAR_ARITHMETIC_BRACKETS("modular-arithmetic-brackets", 12, 9, Integer.MAX_VALUE) {
    @Override
    int evaluate(int[] question, int vocabularySize) {
      return new BracketExpression(question, vocabularySize - 7).value();
    }

    @Override
    public int padToken(int vocabularySize) {
      return vocabularySize - 1;
    }
  },

  /**
   * Position on a ring after steps. Tokens: 0 pad, 1 stay, 2 forward, 3 backward; ring size =
   * vocabulary size - 4; the answer token is position + 4.
   */
  CYCLE_NAVIGATION("cycle-navigation", 9, 5, Integer.MAX_VALUE) {
    @Override
    int evaluate(int[] question, int vocabularySize) {
      return cycleAnswer(question, vocabularySize, 1);
    }
  };

  private final String label;
  private final int usualVocabulary;
  private final int smallestVocabulary;
  private final int largestVocabulary;

  FormalLanguage(String label, int usual, int smallest, int largest) {
    this.label = label;
    this.usualVocabulary = usual;
    this.smallestVocabulary = smallest;
    this.largestVocabulary = largest;
  }

  abstract int evaluate(int[] question, int vocabularySize);

  /** The name used on the command line. */
  public String label() {
    return label;
  }

  /** The vocabulary size of the published experiments. */
  public int usualVocabulary() {
    return usualVocabulary;
  }

  /** The token after the end of a word. */
  public int padToken(int vocabularySize) {
    return 0;
  }

  /**
   * The answer token.
   *
   * @param question the tokens before the answer
   * @throws IllegalArgumentException where the question is not a word of the language
   */
  public int answer(int[] question, int vocabularySize) {
    requireVocabulary(vocabularySize);
    if (question.length == 0) {
      throw malformed("at least one token");
    }
    return evaluate(question, vocabularySize);
  }

  /**
   * Finds and recomputes the answers of padded rows: the last token of a row that is not the pad
   * stands for the answer, everything before it is the question.
   *
   * @param rows tokens, [rows][context]
   */
  public Answers answers(int[][] rows, int vocabularySize) {
    requireVocabulary(vocabularySize);
    int pad = padToken(vocabularySize);
    int[][] mask = new int[rows.length][];
    int[] answers = new int[rows.length];
    for (int r = 0; r < rows.length; r++) {
      int last = rows[r].length - 1;
      while (last >= 0 && rows[r][last] == pad) {
        last--;
      }
      if (last < 1) {
        throw malformed("a question and its answer in row " + r);
      }
      mask[r] = new int[rows[r].length];
      mask[r][last] = 1;
      answers[r] = answer(Arrays.copyOf(rows[r], last), vocabularySize);
    }
    return new Answers(mask, answers);
  }

  /** Cycle navigation with steps up to {@code largestStep}; {@link #CYCLE_NAVIGATION} has 1. */
  static int cycleAnswer(int[] question, int vocabularySize, int largestStep) {
    int ring = vocabularySize - 2 - 2 * largestStep;
    int position = 0;
    for (int token : question) {
      CYCLE_NAVIGATION.requireToken(token, 1, 2 * largestStep + 1);
      int step = token - 1 <= largestStep ? token - 1 : largestStep + 1 - token;
      position = Math.floorMod(position + step, ring);
    }
    return position + 2 * largestStep + 2;
  }

  void requireVocabulary(int size) {
    if (size < smallestVocabulary || size > largestVocabulary) {
      String allowed =
          smallestVocabulary == largestVocabulary
              ? Integer.toString(smallestVocabulary)
              : "at least " + smallestVocabulary;
      throw new IllegalArgumentException(
          label + ": vocabulary size is " + size + "; allowed: " + allowed);
    }
  }

  int requireToken(int token, int low, int high) {
    if (token < low || token > high) {
      throw new IllegalArgumentException(
          label + ": token " + token + "; allowed here: " + low + " to " + high);
    }
    return token;
  }

  IllegalArgumentException malformed(String expected) {
    return new IllegalArgumentException(
        label + ": not a word of this language; needed: " + expected);
  }

  /**
   * Recomputed answers of padded rows.
   *
   * @param mask 1 at the answer's position, [rows][context]
   * @param answers the answer token of each row
   */
  public record Answers(int[][] mask, int[] answers) {}
}
