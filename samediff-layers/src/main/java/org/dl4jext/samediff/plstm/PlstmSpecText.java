package org.dl4jext.samediff.plstm;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A spec of numbers and choices as one text argument of an op. */
final class PlstmSpecText {

  private PlstmSpecText() {}

  /** {@code name=value} for each component. */
  static String write(Record spec) {
    List<String> parts = new ArrayList<>();
    try {
      for (RecordComponent component : spec.getClass().getRecordComponents()) {
        parts.add(component.getName() + "=" + component.getAccessor().invoke(spec));
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + spec, e);
    }
    return String.join(";", parts);
  }

  /** The values of a text for a spec whose components have the types of another one's. */
  static Map<String, Object> read(Record like, String text) {
    Map<String, String> parts = new HashMap<>();
    for (String part : text.split(";", -1)) {
      int equals = part.indexOf('=');
      parts.put(part.substring(0, equals), part.substring(equals + 1));
    }
    Map<String, Object> values = new HashMap<>();
    for (RecordComponent component : like.getClass().getRecordComponents()) {
      values.put(component.getName(), parse(component.getType(), parts.get(component.getName())));
    }
    return values;
  }

  private static Object parse(Class<?> type, String text) {
    if (type == int.class) {
      return Integer.valueOf(text);
    }
    if (type == double.class) {
      return Double.valueOf(text);
    }
    if (type == boolean.class) {
      return Boolean.valueOf(text);
    }
    for (Object constant : type.getEnumConstants()) {
      if (((Enum<?>) constant).name().equals(text)) {
        return constant;
      }
    }
    throw new IllegalStateException("no " + type.getSimpleName() + " " + text);
  }
}
