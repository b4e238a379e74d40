package org.dl4jext.zoo.sweep;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.dl4jext.zoo.catalogue.Labels;

/**
 * The names at the top of a space file with their values, each read once; what is wrong is told
 * with file, line and name.
 */
final class SpaceSettings {

  private final SweepPlan.Source source;
  private final YamlNode root;
  private final Map<String, YamlNode> left;

  /**
   * The names of a file.
   *
   * @throws SpaceException if it is not YAML, or has no names
   */
  SpaceSettings(SweepPlan.Source source) {
    this.source = source;
    this.root = YamlNode.read(source.name(), source.text());
    if (!root.isMap()) {
      throw error(root, "", "a space is a list of names with values");
    }
    this.left = new LinkedHashMap<>(root.fields());
  }

  SweepPlan.Source source() {
    return source;
  }

  /** A value of any kind, or null. */
  YamlNode take(String name) {
    return left.remove(name);
  }

  /** A word. */
  String text(String name, String usual) {
    YamlNode node = take(name);
    if (node == null) {
      return usual;
    }
    if (!(node.value() instanceof String text)) {
      throw error(node, name, "is " + node + "; allowed: a word");
    }
    return text;
  }

  /** What a word stands for; {@code usual} where there is none. */
  <T> T word(String name, T usual, Function<String, T> meaning) {
    YamlNode node = left.get(name);
    String text = text(name, null);
    return text == null ? usual : checked(node, name, () -> meaning.apply(text));
  }

  /** A constant, by its label. */
  <E extends Enum<E>> E constant(String name, E usual) {
    Class<E> type = usual.getDeclaringClass();
    return word(name, usual, label -> Labels.constant(name, label, type));
  }

  /** A whole number. */
  int whole(String name, int usual, int low, int high) {
    YamlNode node = take(name);
    return node == null
        ? usual
        : checked(node, name, () -> SweepValues.whole(name, node.value(), low, high));
  }

  /** A value that says what is wrong with it by an IllegalArgumentException. */
  <T> T checked(YamlNode node, String name, Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw error(node, name, e.getMessage());
    }
  }

  /** Refuses names that nobody has read. */
  void requireAllRead() {
    left.forEach(
        (name, node) -> {
          throw error(node, name, "unknown name here");
        });
  }

  /** An error at a value, or at the top of the file where there is none. */
  SpaceException error(YamlNode node, String name, String problem) {
    YamlNode at = node == null ? root : node;
    return new SpaceException(source.name(), at.line(), name, problem);
  }
}
