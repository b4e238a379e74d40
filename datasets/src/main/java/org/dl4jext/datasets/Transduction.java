package org.dl4jext.datasets;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A sequence of symbols is read, then another one of the same length is written: at each step of a
 * second part that holds blanks, the label is the next symbol to write.
 *
 * <p>A separator follows the last symbol that is read. Writing begins at step {@code maxLength + 1}
 * whatever the length; the steps between are masked.
 *
 * <p>COPY writes the symbols, REVERSE writes them backwards, ADDITION reads two numbers digit by
 * digit, the lowest first and both digits of a place in one step, and writes their sum modulo 10 to
 * the number of digits. Channels: symbols (twice for ADDITION), separator, blank. Difficulty:
 * symbols or digits.
 *
 * @param rule what is written
 * @param symbols different ones; 10 for ADDITION
 * @param maxLength greatest number of symbols
 */
public record Transduction(Rule rule, int symbols, int maxLength) implements ReasoningTask {

  private static final long serialVersionUID = 1L;

  /** What is written. */
  public enum Rule {
    /** The same symbols. */
    COPY,
    /** The same symbols, the last one first. */
    REVERSE,
    /** The digits of a sum. */
    ADDITION
  }

  public Transduction {
    if (symbols < 2 || maxLength < 1 || (rule == Rule.ADDITION && symbols != 10)) {
      throw new IllegalArgumentException(
          "Transduction: "
              + rule
              + " of "
              + symbols
              + " symbols and length "
              + maxLength
              + "; allowed: at least 2 symbols, 10 for ADDITION, and length at least 1");
    }
  }

  /** Copying, reversing or adding with 10 symbols. */
  public static Transduction of(Rule rule, int maxLength) {
    return new Transduction(rule, 10, maxLength);
  }

  @Override
  public String name() {
    return rule.name().toLowerCase(java.util.Locale.ROOT);
  }

  private int separator() {
    return rule == Rule.ADDITION ? 2 * symbols : symbols;
  }

  @Override
  public int channels() {
    return separator() + 2;
  }

  @Override
  public int classes() {
    return symbols;
  }

  @Override
  public int[] difficulties() {
    return new int[] {1, maxLength};
  }

  @Override
  public ReasoningExample draw(SplittableRandom random, int length) {
    requireDifficulty(length);
    int[] first = new int[length];
    int[] second = new int[length];
    Arrays.setAll(first, i -> random.nextInt(symbols));
    Arrays.setAll(second, i -> rule == Rule.ADDITION ? random.nextInt(symbols) : 0);
    int[] written = written(first, second);
    int start = maxLength + 1;
    int[][] active = new int[start + length][0];
    int[] labels = new int[active.length];
    Arrays.fill(labels, TokenSequence.NO_LABEL);
    active[length] = new int[] {separator()};
    for (int i = 0; i < length; i++) {
      active[i] =
          rule == Rule.ADDITION ? new int[] {first[i], symbols + second[i]} : new int[] {first[i]};
      active[start + i] = new int[] {separator() + 1};
      labels[start + i] = written[i];
    }
    return new ReasoningExample(active, labels, length);
  }

  private int[] written(int[] first, int[] second) {
    int[] written = new int[first.length];
    int carry = 0;
    for (int i = 0; i < written.length; i++) {
      int sum = first[i] + second[i] + carry;
      carry = rule == Rule.ADDITION ? sum / symbols : 0;
      written[i] =
          switch (rule) {
            case COPY -> first[i];
            case REVERSE -> first[first.length - 1 - i];
            case ADDITION -> sum % symbols;
          };
    }
    return written;
  }
}
