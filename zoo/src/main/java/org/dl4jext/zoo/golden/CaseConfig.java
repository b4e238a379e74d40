package org.dl4jext.zoo.golden;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The configuration of a golden case, read strictly: every key that changes the result must be
 * asked for, and {@link #requireAllRead} fails on a key that nobody asked for.
 */
final class CaseConfig {

  /** Keys that mean nothing to the result in any operation: sizes that repeat array axes. */
  private static final Set<String> ALWAYS_INFO =
      Set.of(
          "note",
          "B",
          "T",
          "H",
          "K",
          "V",
          "E",
          "N",
          "DK",
          "DV",
          "JT",
          "JK",
          "JV",
          "JO",
          "JQ",
          "input_dim",
          "state_dim",
          "head_dim",
          "n_in",
          "n_hidden",
          "n_out",
          "heads",
          "n_nodes",
          "n_edges",
          "n_line_edges");

  private final Map<String, Object> entries;
  private final Set<String> unread;

  CaseConfig(Map<String, Object> entries) {
    this.entries = entries;
    this.unread = new TreeSet<>(entries.keySet());
  }

  /** A whole number of at least {@code least}. */
  int integer(String key, int least) {
    Object value = required(key);
    if (value instanceof Integer number && number >= least) {
      return number;
    }
    throw unknownValue(key, value, "a whole number of at least " + least);
  }

  /** A whole number of at least {@code least}, or null; the key must be there. */
  Integer integerOrNull(String key, int least) {
    return required(key) == null ? null : integer(key, least);
  }

  /** Whole numbers of at least {@code least}, or null; an absent key is null. */
  List<Integer> integersOrNull(String key, int least) {
    unread.remove(key);
    Object value = entries.get(key);
    if (value == null) {
      return null;
    }
    if (value instanceof List<?> list
        && list.stream().allMatch(e -> e instanceof Integer number && number >= least)) {
      return list.stream().map(Integer.class::cast).toList();
    }
    throw unknownValue(key, value, "whole numbers of at least " + least + ", or null");
  }

  /** The constant of an enum whose name this is in lower case. */
  <E extends Enum<E>> E constant(String key, Class<E> type) {
    String text = text(key);
    E[] constants = type.getEnumConstants();
    for (E constant : constants) {
      if (constant.name().toLowerCase(Locale.ROOT).equals(text)) {
        return constant;
      }
    }
    throw unknownValue(key, text, Arrays.toString(constants).toLowerCase(Locale.ROOT));
  }

  /** A finite number. */
  double number(String key) {
    Object value = required(key);
    if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
      return number.doubleValue();
    }
    throw unknownValue(key, value, "a finite number");
  }

  /** So many finite numbers. */
  List<Double> numbers(String key, int count) {
    Object value = required(key);
    if (value instanceof List<?> list
        && list.size() == count
        && list.stream().allMatch(e -> e instanceof Number n && Double.isFinite(n.doubleValue()))) {
      return list.stream().map(e -> ((Number) e).doubleValue()).toList();
    }
    throw unknownValue(key, value, "a list of " + count + " finite numbers");
  }

  boolean flag(String key) {
    Object value = required(key);
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw unknownValue(key, value, "true or false");
  }

  /** A flag that may be absent. */
  boolean flag(String key, boolean absent) {
    return entries.containsKey(key) ? flag(key) : absent;
  }

  String text(String key) {
    Object value = required(key);
    if (value instanceof String text) {
      return text;
    }
    throw unknownValue(key, value, "a text");
  }

  /** A key with one of some values. */
  String oneOf(String key, String... values) {
    String value = text(key);
    if (!List.of(values).contains(value)) {
      throw unknownValue(key, value, String.join(", ", values));
    }
    return value;
  }

  /** A key that names a constant in lower case. */
  <E extends Enum<E>> E choice(String key, E[] constants) {
    String[] names =
        Arrays.stream(constants).map(e -> e.name().toLowerCase(Locale.ROOT)).toArray(String[]::new);
    return constants[Arrays.asList(names).indexOf(oneOf(key, names))];
  }

  /** A key that must have one value. */
  void fixed(String key, Object only) {
    Object value = required(key);
    if (!only.equals(value)) {
      throw unknownValue(key, value, String.valueOf(only));
    }
  }

  /** A key whose value is defined to be free text. */
  void anyText(String key) {
    text(key);
  }

  /** Keys that may be there and do not matter. */
  CaseConfig info(String... keys) {
    for (String key : keys) {
      unread.remove(key);
    }
    return this;
  }

  /**
   * @throws GoldenFormatException naming the keys that were not read
   */
  void requireAllRead() {
    unread.removeAll(ALWAYS_INFO);
    if (!unread.isEmpty()) {
      throw new GoldenFormatException("unknown configuration key " + String.join(", ", unread));
    }
  }

  private Object required(String key) {
    if (!entries.containsKey(key)) {
      throw new GoldenFormatException("configuration key " + key + " is missing");
    }
    unread.remove(key);
    return entries.get(key);
  }

  private static GoldenFormatException unknownValue(String key, Object value, String allowed) {
    return new GoldenFormatException(
        "configuration key " + key + " has the value " + value + "; allowed: " + allowed);
  }
}
