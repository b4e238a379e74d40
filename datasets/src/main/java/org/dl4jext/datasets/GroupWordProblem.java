package org.dl4jext.datasets;

import java.util.SplittableRandom;

/**
 * The word problem of a finite group: tokens are elements, drawn uniformly from a set of
 * generators; the label at each step is the product of all tokens so far.
 *
 * <p>With a begin token, every example starts with a further token (number {@code order}), whose
 * label is itself.
 */
public final class GroupWordProblem implements SequenceTask {

  private static final long serialVersionUID = 1L;

  private final FiniteGroup group;
  private final int[] generators;
  private final boolean beginToken;
  private final String name;

  private GroupWordProblem(FiniteGroup group, int[] generators, boolean beginToken, String name) {
    this.group = group;
    this.generators = generators;
    this.beginToken = beginToken;
    this.name = name;
  }

  /** All elements are tokens. */
  public static GroupWordProblem of(String group) {
    FiniteGroup made = FiniteGroup.of(group);
    return new GroupWordProblem(made, made.elements(), false, group);
  }

  /** Tokens are the permutations that move at most so many points. */
  public GroupWordProblem movingAtMost(int points) {
    return new GroupWordProblem(
        group, group.elementsMoving(points), beginToken, group.name() + " moving " + points);
  }

  /** Tokens are the identity and the swaps of two points. */
  public GroupWordProblem swapsOnly() {
    return new GroupWordProblem(
        group, group.elementsMoving(2), beginToken, group.name() + " swaps only");
  }

  /** Every example begins with a token of its own. */
  public GroupWordProblem withBeginToken() {
    return new GroupWordProblem(group, generators, true, name);
  }

  /** The group. */
  public FiniteGroup group() {
    return group;
  }

  /** A copy of the elements that tokens are drawn from. */
  public int[] generators() {
    return generators.clone();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int tokens() {
    return group.order() + (beginToken ? 1 : 0);
  }

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
    return Math.max(beginToken ? 2 : 1, length);
  }

  @Override
  public TokenSequence draw(SplittableRandom random, int length) {
    if (length != nearestLength(length)) {
      throw new IllegalArgumentException(
          name + ": length is " + length + "; allowed: at least " + nearestLength(0));
    }
    int begin = beginToken ? 1 : 0;
    int[] word = new int[length - begin];
    for (int t = 0; t < word.length; t++) {
      word[t] = generators[random.nextInt(generators.length)];
    }
    int[] products = group.runningProducts(word);
    if (!beginToken) {
      return new TokenSequence(word, products);
    }
    int[] tokens = new int[length];
    int[] labels = new int[length];
    tokens[0] = group.order();
    labels[0] = group.order();
    System.arraycopy(word, 0, tokens, 1, word.length);
    System.arraycopy(products, 0, labels, 1, word.length);
    return new TokenSequence(tokens, labels);
  }
}
