package org.dl4jext.datasets;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A finite group by its multiplication table: symmetric (S3), alternating (A5), cyclic (Z60) and
 * direct products of them (A4_x_Z5).
 *
 * <p>Permutations are numbered in lexicographic order, the identity is element 0 of every group;
 * (p*q)(i) = q(p(i)); element (a, b) of a direct product has number a * |B| + b.
 */
public final class FiniteGroup implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final int MAX_ORDER = 5040;
  private static final Pattern NAME = Pattern.compile("([SAZ])(\\d{1,4})");

  private final String name;
  private final int[][] table;
  private final int[] movedPoints;

  private FiniteGroup(String name, int[][] table, int[] movedPoints) {
    this.name = name;
    this.table = table;
    this.movedPoints = movedPoints;
  }

  /**
   * The group of the given name.
   *
   * @param name S, A or Z and a number, or several of these joined by {@code _x_}
   * @throws IllegalArgumentException for another name, or an order above 5040
   */
  public static FiniteGroup of(String name) {
    String[] parts = name.split("_x_", -1);
    FiniteGroup group = factor(name, parts[0]);
    for (int i = 1; i < parts.length; i++) {
      group = group.product(name, factor(name, parts[i]));
    }
    return new FiniteGroup(name, group.table, group.movedPoints);
  }

  private static FiniteGroup factor(String whole, String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      throw invalid(whole, "S, A or Z and a number, as S3, A5, Z60, or a product as A4_x_Z5");
    }
    int n = Integer.parseInt(matcher.group(2));
    if (matcher.group(1).equals("Z")) {
      requireOrder(whole, n);
      return new FiniteGroup(name, cyclic(n), null);
    }
    if (n < 1 || n > 7) {
      throw invalid(whole, "S1 to S7, A1 to A7");
    }
    return permutations(name, n, matcher.group(1).equals("A"));
  }

  private static int[][] cyclic(int n) {
    int[][] table = new int[n][n];
    for (int a = 0; a < n; a++) {
      for (int b = 0; b < n; b++) {
        table[a][b] = (a + b) % n;
      }
    }
    return table;
  }

  private static FiniteGroup permutations(String name, int n, boolean evenOnly) {
    List<int[]> elements = new ArrayList<>();
    collect(new int[n], 0, new boolean[n], evenOnly, elements);
    Map<Integer, Integer> numbers = new HashMap<>();
    for (int i = 0; i < elements.size(); i++) {
      numbers.put(code(elements.get(i)), i);
    }
    int order = elements.size();
    int[][] table = new int[order][order];
    int[] composed = new int[n];
    for (int a = 0; a < order; a++) {
      for (int b = 0; b < order; b++) {
        for (int i = 0; i < n; i++) {
          composed[i] = elements.get(b)[elements.get(a)[i]];
        }
        table[a][b] = numbers.get(code(composed));
      }
    }
    int[] moved =
        elements.stream()
            .mapToInt(p -> (int) IntStream.range(0, n).filter(i -> p[i] != i).count())
            .toArray();
    return new FiniteGroup(name, table, moved);
  }

  private static void collect(
      int[] prefix, int filled, boolean[] used, boolean evenOnly, List<int[]> elements) {
    int n = prefix.length;
    if (filled == n) {
      if (!evenOnly || isEven(prefix)) {
        elements.add(prefix.clone());
      }
      return;
    }
    for (int i = 0; i < n; i++) {
      if (!used[i]) {
        used[i] = true;
        prefix[filled] = i;
        collect(prefix, filled + 1, used, evenOnly, elements);
        used[i] = false;
      }
    }
  }

  private static boolean isEven(int[] permutation) {
    int inversions = 0;
    for (int i = 0; i < permutation.length; i++) {
      for (int j = i + 1; j < permutation.length; j++) {
        inversions += permutation[i] > permutation[j] ? 1 : 0;
      }
    }
    return inversions % 2 == 0;
  }

  private static int code(int[] permutation) {
    return Arrays.stream(permutation).reduce(0, (code, image) -> code * 8 + image);
  }

  private FiniteGroup product(String whole, FiniteGroup that) {
    int size = that.order();
    int order = order() * size;
    requireOrder(whole, order);
    int[][] product = new int[order][order];
    for (int a = 0; a < order; a++) {
      for (int b = 0; b < order; b++) {
        product[a][b] = table[a / size][b / size] * size + that.table[a % size][b % size];
      }
    }
    return new FiniteGroup(whole, product, null);
  }

  private static void requireOrder(String name, int order) {
    if (order < 1 || order > MAX_ORDER) {
      throw invalid(name, "orders from 1 to " + MAX_ORDER);
    }
  }

  private static IllegalArgumentException invalid(String name, String allowed) {
    return new IllegalArgumentException("group: '" + name + "'; allowed: " + allowed);
  }

  /** The name it was made from. */
  public String name() {
    return name;
  }

  /** Number of elements. */
  public int order() {
    return table.length;
  }

  /** The element a * b: the state after token b in state a. */
  public int multiply(int a, int b) {
    return table[a][b];
  }

  /** A copy of the multiplication table, [a][b]. */
  public int[][] table() {
    return Arrays.stream(table).map(int[]::clone).toArray(int[][]::new);
  }

  /** All elements. */
  public int[] elements() {
    return IntStream.range(0, order()).toArray();
  }

  /**
   * The permutations that move at most so many points; 2 for the identity and all swaps.
   *
   * @throws IllegalArgumentException where the group is not one of permutations, or moves nothing
   */
  public int[] elementsMoving(int limit) {
    if (movedPoints == null) {
      throw invalid(name, "S or A where the moved points are limited");
    }
    if (limit < 0) {
      throw new IllegalArgumentException(
          "group: limit of moved points is " + limit + "; allowed: at least 0");
    }
    return IntStream.range(0, order()).filter(i -> movedPoints[i] <= limit).toArray();
  }

  /** Running products: the word problem's answer after each token. */
  public int[] runningProducts(int[] tokens) {
    int[] states = new int[tokens.length];
    int state = 0;
    for (int t = 0; t < tokens.length; t++) {
      if (tokens[t] < 0 || tokens[t] >= order()) {
        throw new IllegalArgumentException(
            "group: token " + tokens[t] + "; allowed: 0 to " + (order() - 1));
      }
      state = table[state][tokens[t]];
      states[t] = state;
    }
    return states;
  }
}
