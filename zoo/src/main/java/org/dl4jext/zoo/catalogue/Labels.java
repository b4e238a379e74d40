package org.dl4jext.zoo.catalogue;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Constants of enums as users write them: in lower case with hyphens. */
public final class Labels {

  private Labels() {}

  /** The label of a constant. */
  public static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The labels of all constants. */
  public static List<String> all(Class<? extends Enum<?>> type) {
    return Arrays.stream(type.getEnumConstants()).map(Labels::of).toList();
  }

  /**
   * The constant of a label.
   *
   * @param option what the label is for, in the message
   * @throws IllegalArgumentException if there is none; the message lists the labels
   */
  public static <E extends Enum<E>> E constant(String option, String label, Class<E> type) {
    for (E constant : type.getEnumConstants()) {
      if (of(constant).equals(label)) {
        return constant;
      }
    }
    throw new IllegalArgumentException(
        option + " is " + label + "; allowed: " + String.join(", ", all(type)));
  }
}
