package org.dl4jext.recurrent.arbiter;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jext.samediff.Spec;

/**
 * The components of a spec by name; a dot leads into a component that is a spec itself, as in
 * {@code caching.topK}.
 */
public final class SpecComponents {

  private SpecComponents() {}

  /**
   * The type of a component.
   *
   * @throws IllegalArgumentException if there is none of that name; the message lists the names
   */
  public static Class<?> typeOf(Class<?> spec, String name) {
    int dot = name.indexOf('.');
    RecordComponent component = component(spec, dot < 0 ? name : name.substring(0, dot));
    if (dot < 0) {
      return component.getType();
    }
    if (!Spec.class.isAssignableFrom(component.getType())) {
      throw new IllegalArgumentException(
          spec.getSimpleName() + ": '" + component.getName() + "' has no components of its own");
    }
    return typeOf(component.getType(), name.substring(dot + 1));
  }

  private static RecordComponent component(Class<?> spec, String name) {
    RecordComponent[] components = spec.getRecordComponents();
    return Arrays.stream(components)
        .filter(component -> component.getName().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    spec.getSimpleName()
                        + " has no component '"
                        + name
                        + "'; it has "
                        + Arrays.stream(components).map(RecordComponent::getName).toList()));
  }

  /**
   * A value as a component of a type holds it: the constant of an enum for its name, and numbers of
   * another type where nothing is lost.
   *
   * @throws IllegalArgumentException if the value is of a wrong type; the message says what is
   *     allowed
   */
  public static Object convert(String name, Class<?> type, Object value) {
    if (value instanceof Number number && (type == double.class || type == Double.class)) {
      return number.doubleValue();
    }
    boolean integral = value instanceof Integer || value instanceof Long;
    if (integral && (type == int.class || type == Integer.class)) {
      return Math.toIntExact(((Number) value).longValue());
    }
    if (integral && (type == long.class || type == Long.class)) {
      return ((Number) value).longValue();
    }
    if (value instanceof Boolean && (type == boolean.class || type == Boolean.class)) {
      return value;
    }
    if (value instanceof String text && type.isEnum()) {
      for (Object constant : type.getEnumConstants()) {
        if (((Enum<?>) constant).name().equals(text)) {
          return constant;
        }
      }
    } else if (type.isInstance(value)) {
      return value;
    }
    throw new IllegalArgumentException(name + " is " + value + "; allowed: " + allowed(type));
  }

  private static String allowed(Class<?> type) {
    if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
      return "whole numbers";
    }
    if (type == double.class || type == Double.class) {
      return "numbers";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true and false";
    }
    return type.isEnum() ? Arrays.toString(type.getEnumConstants()) : "a " + type.getSimpleName();
  }

  /** Whether values of a type can be written as JSON and read back within an Arbiter space. */
  static boolean isSimple(Class<?> type) {
    return type.isPrimitive()
        || type.isEnum()
        || List.of(Integer.class, Long.class, Double.class, Boolean.class).contains(type);
  }

  /**
   * New values of the components of a spec, those with dots put into their specs.
   *
   * @param spec the spec that holds the other values
   * @param values by name, with dots
   * @return values by component, for {@link Spec#with(Map)}
   * @throws IllegalArgumentException if a name is unknown, or a value is of a wrong type
   */
  public static Map<String, Object> changes(Record spec, Map<String, ?> values) {
    Map<String, Object> changes = new HashMap<>();
    Map<String, Map<String, Object>> nested = new LinkedHashMap<>();
    values.forEach(
        (name, value) -> {
          Object converted = convert(name, typeOf(spec.getClass(), name), value);
          int dot = name.indexOf('.');
          if (dot < 0) {
            changes.put(name, converted);
          } else {
            nested
                .computeIfAbsent(name.substring(0, dot), head -> new HashMap<>())
                .put(name.substring(dot + 1), converted);
          }
        });
    nested.forEach(
        (head, inner) -> {
          Object child = changes.containsKey(head) ? changes.get(head) : read(spec, head);
          Map<String, Object> childChanges = changes((Record) child, inner);
          changes.put(head, ((Spec<?>) child).with(childChanges));
        });
    return changes;
  }

  private static Object read(Record spec, String name) {
    try {
      return component(spec.getClass(), name).getAccessor().invoke(spec);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + name + " of " + spec, e);
    }
  }
}
