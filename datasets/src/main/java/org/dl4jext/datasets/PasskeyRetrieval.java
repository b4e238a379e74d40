package org.dl4jext.datasets;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Retrieval of a passkey: somewhere in random filler stands a marker and after it a key; the last
 * token asks, and the label there is the key. With distractors, other markers of their own kind,
 * each with a key, stand around, and the question names the marker (needle among distractors).
 *
 * <p>Tokens: filler 0 to filler - 1, then the keys, then one marker for the needle and for each
 * distractor, each of which is also its question.
 */
public final class PasskeyRetrieval implements SequenceTask {

  private static final long serialVersionUID = 1L;

  private final int filler;
  private final int keys;
  private final int distractors;
  private final double depth;

  private PasskeyRetrieval(int filler, int keys, int distractors, double depth) {
    require("filler", filler, filler >= 1, "1 and more");
    require("keys", keys, keys >= 2, "2 and more");
    require("distractors", distractors, distractors >= 0, "0 and more");
    if (!(depth >= -1 && depth <= 1)) {
      throw new IllegalArgumentException(
          "PasskeyRetrieval: depth is " + depth + "; allowed: 0 (first) to 1 (last)");
    }
    this.filler = filler;
    this.keys = keys;
    this.distractors = distractors;
    this.depth = depth;
  }

  /** One passkey at a random place. */
  public static PasskeyRetrieval of(int filler, int keys) {
    return new PasskeyRetrieval(filler, keys, 0, -1);
  }

  /** The passkey stands at a fraction of the length: 0 at the start, 1 just before the question. */
  public PasskeyRetrieval atDepth(double depth) {
    if (!(depth >= 0)) {
      throw new IllegalArgumentException(
          "PasskeyRetrieval: depth is " + depth + "; allowed: 0 (first) to 1 (last)");
    }
    return new PasskeyRetrieval(filler, keys, distractors, depth);
  }

  /** Among so many other marked keys, each with a marker of its own, at random places. */
  public PasskeyRetrieval amongDistractors(int distractors) {
    return new PasskeyRetrieval(filler, keys, distractors, depth);
  }

  private static void require(String name, int value, boolean allowed, String what) {
    if (!allowed) {
      throw new IllegalArgumentException(
          "PasskeyRetrieval: " + name + " is " + value + "; allowed: " + what);
    }
  }

  @Override
  public String name() {
    return distractors == 0 ? "passkey" : "needle";
  }

  @Override
  public int tokens() {
    return filler + keys + 1 + distractors;
  }

  /** Labels are numbers of keys. */
  @Override
  public int classes() {
    return keys;
  }

  @Override
  public int padToken() {
    return 0;
  }

  @Override
  public int nearestLength(int length) {
    return Math.max(length, 2 * (1 + distractors) + 1);
  }

  @Override
  public TokenSequence draw(SplittableRandom random, int length) {
    if (length != nearestLength(length)) {
      throw new IllegalArgumentException(
          name() + ": length is " + length + "; allowed: at least " + nearestLength(0));
    }
    int[] tokens = new int[length];
    int[] labels = new int[length];
    Arrays.fill(labels, TokenSequence.NO_LABEL);
    for (int t = 0; t < length; t++) {
      tokens[t] = random.nextInt(filler);
    }
    // Places are counted in pairs of steps, so that no two overlap.
    boolean[] taken = new boolean[(length - 1) / 2];
    int needle =
        depth < 0 ? random.nextInt(taken.length) : (int) Math.round(depth * (taken.length - 1));
    int key = place(random, tokens, needle, 0);
    taken[needle] = true;
    for (int i = 1; i <= distractors; i++) {
      int place = random.nextInt(taken.length);
      while (taken[place]) {
        place = (place + 1) % taken.length;
      }
      taken[place] = true;
      place(random, tokens, place, i);
    }
    tokens[length - 1] = filler + keys;
    labels[length - 1] = key;
    return new TokenSequence(tokens, labels);
  }

  /** Writes a marker and a random key, and returns the number of the key. */
  private int place(SplittableRandom random, int[] tokens, int place, int marker) {
    int key = random.nextInt(keys);
    tokens[2 * place] = filler + keys + marker;
    tokens[2 * place + 1] = filler + key;
    return key;
  }
}
