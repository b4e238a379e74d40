package org.dl4jext.datasets;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Selective copying: data tokens at random places among noise, then as many markers; the labels at
 * the markers are the data tokens in their order.
 *
 * <p>Tokens: data 0 to symbols - 1, then the noise token, then the marker. Source: Gu and Dao 2023
 * (Mamba), section 4.1.1.
 */
public final class SelectiveCopying implements SequenceTask {

  private static final long serialVersionUID = 1L;

  private final int symbols;
  private final int count;

  /**
   * @param symbols number of different data tokens
   * @param count data tokens of each example
   */
  public SelectiveCopying(int symbols, int count) {
    if (symbols < 2 || count < 1) {
      throw new IllegalArgumentException(
          "SelectiveCopying: symbols is "
              + symbols
              + " and count is "
              + count
              + "; allowed: 2 and more, 1 and more");
    }
    this.symbols = symbols;
    this.count = count;
  }

  @Override
  public String name() {
    return "selective copying";
  }

  @Override
  public int tokens() {
    return symbols + 2;
  }

  @Override
  public int classes() {
    return symbols;
  }

  @Override
  public int padToken() {
    return symbols;
  }

  @Override
  public int nearestLength(int length) {
    return Math.max(length, 2 * count);
  }

  @Override
  public TokenSequence draw(SplittableRandom random, int length) {
    if (length != nearestLength(length)) {
      throw new IllegalArgumentException(
          name() + ": length is " + length + "; allowed: at least " + nearestLength(0));
    }
    int[] tokens = new int[length];
    int[] labels = new int[length];
    Arrays.fill(tokens, symbols);
    Arrays.fill(labels, TokenSequence.NO_LABEL);
    int room = length - count;
    int left = count;
    for (int t = 0; t < room; t++) {
      if (random.nextInt(room - t) < left) {
        tokens[t] = random.nextInt(symbols);
        labels[room + count - left] = tokens[t];
        left--;
      }
    }
    Arrays.fill(tokens, room, length, symbols + 1);
    return new TokenSequence(tokens, labels);
  }
}
