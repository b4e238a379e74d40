package org.dl4jext.datasets;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Multi-query associative recall (MQAR): a sequence begins with pairs of a key and a value; later
 * each key comes once more, and the label there is its value.
 *
 * <p>{@link #dense} asks for all keys at once, in random order, without anything between: [k1 v1 ..
 * kP vP q1 .. qP], P = T/3. {@link #spread} is the published form: queries at even distances after
 * the pairs, near ones more likely, and between them filler, either token 0 or random tokens. Keys
 * and values of an example are distinct.
 *
 * <p>Source: Arora et al. 2023, Zoology.
 */
public final class MultiQueryRecall implements SequenceTask {

  private static final long serialVersionUID = 1L;

  /** Exponent of the published distribution of distances. */
  private static final double POWER = 0.01;

  private final int firstKey;
  private final int keys;
  private final int values;

  /** Pairs of every example; 0 for as many as the length has room for. */
  private final int pairs;

  private final boolean randomFiller;

  private MultiQueryRecall(int firstKey, int keys, int values, int pairs, boolean randomFiller) {
    this.firstKey = firstKey;
    this.keys = keys;
    this.values = values;
    this.pairs = pairs;
    this.randomFiller = randomFiller;
  }

  /** Keys are the tokens 0 to keys - 1, values those after them; a third of a sequence is keys. */
  public static MultiQueryRecall dense(int keys, int values) {
    require("keys", keys, keys >= 1, "1 and more");
    require("values", values, values >= keys, "at least as many as keys (" + keys + ")");
    return new MultiQueryRecall(0, keys, values, 0, false);
  }

  /**
   * Token 0 is filler, keys are the tokens from 1 to the middle of the vocabulary, values those
   * from there on.
   *
   * @param randomFiller whether filler is a random token of the vocabulary
   */
  public static MultiQueryRecall spread(int vocabularySize, int pairs, boolean randomFiller) {
    require("vocabularySize", vocabularySize, vocabularySize >= 4, "4 and more");
    int keys = vocabularySize / 2 - 1;
    require("pairs", pairs, pairs >= 1 && pairs <= keys, "1 to " + keys);
    return new MultiQueryRecall(1, keys, vocabularySize - keys - 1, pairs, randomFiller);
  }

  private static void require(String name, int value, boolean allowed, String what) {
    if (!allowed) {
      throw new IllegalArgumentException(
          "MultiQueryRecall: " + name + " is " + value + "; allowed: " + what);
    }
  }

  /**
   * The labels of a sequence whose queries stand at known steps.
   *
   * @param tokens begins with {@code pairs} pairs
   * @param isQuery which steps ask
   * @param noLabel the label of all other steps
   * @throws IllegalArgumentException if a query is no key of the sequence, or a key is not asked
   *     for exactly once
   */
  public static int[] labels(int[] tokens, int pairs, boolean[] isQuery, int noLabel) {
    int[] labels = new int[tokens.length];
    boolean[] asked = new boolean[pairs];
    Arrays.fill(labels, noLabel);
    for (int t = 0; t < tokens.length; t++) {
      if (isQuery[t]) {
        int pair = pairOf(tokens, pairs, t);
        if (pair < 0 || asked[pair]) {
          throw new IllegalArgumentException(
              "MultiQueryRecall: query "
                  + tokens[t]
                  + " at step "
                  + t
                  + (pair < 0 ? " is no key" : " comes twice"));
        }
        asked[pair] = true;
        labels[t] = tokens[2 * pair + 1];
      }
    }
    for (int pair = 0; pair < pairs; pair++) {
      if (!asked[pair]) {
        throw new IllegalArgumentException(
            "MultiQueryRecall: key " + tokens[2 * pair] + " is not asked for");
      }
    }
    return labels;
  }

  private static int pairOf(int[] tokens, int pairs, int t) {
    for (int pair = 0; pair < pairs && t >= 2 * pairs; pair++) {
      if (tokens[2 * pair] == tokens[t]) {
        return pair;
      }
    }
    return -1;
  }

  /** Which steps ask, where filler is token 0. */
  public static boolean[] queriesAmongZeros(int[] tokens, int pairs) {
    boolean[] isQuery = new boolean[tokens.length];
    for (int t = 2 * pairs; t < tokens.length; t++) {
      isQuery[t] = tokens[t] != 0;
    }
    return isQuery;
  }

  private boolean isDense() {
    return pairs == 0;
  }

  @Override
  public String name() {
    return isDense() ? "mqar" : "mqar spread";
  }

  @Override
  public int tokens() {
    return firstKey + keys + values;
  }

  /** Labels are tokens. */
  @Override
  public int classes() {
    return tokens();
  }

  @Override
  public int padToken() {
    return 0;
  }

  @Override
  public int nearestLength(int length) {
    return isDense()
        ? 3 * Math.max(1, Math.min(length / 3, keys))
        : Math.max(4 * pairs, length - length % 2);
  }

  @Override
  public TokenSequence draw(SplittableRandom random, int length) {
    if (length != nearestLength(length)) {
      throw new IllegalArgumentException(
          name() + ": length is " + length + "; allowed: " + nearestLength(length));
    }
    int count = isDense() ? length / 3 : pairs;
    int[] drawnKeys = distinct(random, firstKey, keys, count);
    int[] drawnValues = distinct(random, firstKey + keys, values, count);
    int[] places = isDense() ? distinct(random, 0, count, count) : spreadPlaces(random, length);
    int[] tokens = new int[length];
    boolean[] isQuery = new boolean[length];
    for (int i = 0; i < count; i++) {
      tokens[2 * i] = drawnKeys[i];
      tokens[2 * i + 1] = drawnValues[i];
      int place = 2 * count + (isDense() ? places[i] : 2 * places[i]);
      tokens[place] = drawnKeys[i];
      isQuery[place] = true;
    }
    for (int t = 2 * count; t < length && randomFiller; t++) {
      if (!isQuery[t]) {
        tokens[t] = random.nextInt(tokens());
      }
    }
    return new TokenSequence(tokens, labels(tokens, count, isQuery, TokenSequence.NO_LABEL));
  }

  private static int[] distinct(SplittableRandom random, int first, int size, int count) {
    int[] all = new int[size];
    for (int i = 0; i < size; i++) {
      all[i] = first + i;
    }
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i, size);
      int drawn = all[j];
      all[j] = all[i];
      all[i] = drawn;
    }
    return Arrays.copyOf(all, count);
  }

  /** Half distances of the queries from the end of the pairs, without replacement. */
  private int[] spreadPlaces(SplittableRandom random, int length) {
    double[] weights = new double[(length - 2 * pairs) / 2];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = Math.pow(i + 1.0, POWER - 1);
    }
    int[] places = new int[pairs];
    for (int i = 0; i < pairs; i++) {
      double at = random.nextDouble() * Arrays.stream(weights).sum();
      int place = -1;
      while (at >= 0 && place < weights.length - 1) {
        at -= weights[++place];
      }
      while (weights[place] == 0) {
        place--;
      }
      places[i] = place;
      weights[place] = 0;
    }
    return places;
  }
}
