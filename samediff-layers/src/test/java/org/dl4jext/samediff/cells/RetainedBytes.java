package org.dl4jext.samediff.cells;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Counts the bytes of the arrays that an object of this library holds, by the field's name. */
final class RetainedBytes {

  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Map<String, Long> byField = new LinkedHashMap<>();

  private record Found(String field, Object value) {}

  private RetainedBytes() {}

  /** Bytes of primitive arrays, under the class and name of the field that leads to them. */
  static Map<String, Long> of(Object root) {
    RetainedBytes count = new RetainedBytes();
    Deque<Found> open = new ArrayDeque<>();
    open.push(new Found("root", root));
    while (!open.isEmpty()) {
      count.visit(open.pop(), open);
    }
    return count.byField;
  }

  private void visit(Found found, Deque<Found> open) {
    Object value = found.value;
    if (value == null || !seen.add(value)) {
      return;
    }
    Class<?> type = value.getClass();
    if (type.isArray()) {
      if (type.getComponentType().isPrimitive()) {
        long bytes = (long) Array.getLength(value) * width(type.getComponentType());
        byField.merge(found.field, bytes, Long::sum);
      } else {
        for (Object element : (Object[]) value) {
          open.push(new Found(found.field, element));
        }
      }
      return;
    }
    for (Class<?> c = type; c != null && c.getName().startsWith("org.dl4jext"); ) {
      for (Field field : c.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
          field.setAccessible(true);
          try {
            open.push(new Found(c.getSimpleName() + "." + field.getName(), field.get(value)));
          } catch (IllegalAccessException e) {
            throw new AssertionError(e);
          }
        }
      }
      c = c.getSuperclass();
    }
  }

  private static int width(Class<?> primitive) {
    return switch (primitive.getName()) {
      case "double", "long" -> Long.BYTES;
      case "float", "int" -> Integer.BYTES;
      case "short", "char" -> Short.BYTES;
      default -> 1;
    };
  }
}
