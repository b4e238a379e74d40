package org.dl4jext.recurrent.training;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;

/** The error for a JSON property that a class does not have; DL4J's mapper would ignore it. */
final class UnknownProperty {

  private UnknownProperty() {}

  @SuppressWarnings("DoNotCallSuggester")
  static void reject(String name, String property, Class<?> fields) {
    throw new IllegalArgumentException(
        name
            + " has no property '"
            + property
            + "'; it has "
            + Arrays.stream(fields.getDeclaredFields())
                .filter(f -> !Modifier.isStatic(f.getModifiers()) && !f.isSynthetic())
                .map(Field::getName)
                .toList());
  }
}
