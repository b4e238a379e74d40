package org.dl4jext.samediff.universal;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ops.DynamicCustomOp;

/** A spec in the arguments of an op: its components in order, each among those of its kind. */
final class UniversalSpecArguments {

  private UniversalSpecArguments() {}

  static void add(DynamicCustomOp op, UniversalSpec spec) {
    for (RecordComponent component : UniversalSpec.class.getRecordComponents()) {
      Object value = value(component, spec);
      if (value instanceof Integer number) {
        op.addIArgument(number);
      } else if (value instanceof Boolean flag) {
        op.addIArgument(flag ? 1 : 0);
      } else if (value instanceof Double number) {
        op.addTArgument(number);
      } else {
        op.addSArgument(((Enum<?>) value).name());
      }
    }
  }

  private static Object value(RecordComponent component, UniversalSpec spec) {
    try {
      return component.getAccessor().invoke(spec);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }

  /** Reads what {@link #add} wrote before any other argument. */
  static UniversalSpec read(DynamicCustomOp op) {
    Map<String, Object> values = new LinkedHashMap<>();
    int whole = 0;
    int real = 0;
    int text = 0;
    for (RecordComponent component : UniversalSpec.class.getRecordComponents()) {
      Class<?> type = component.getType();
      Object value;
      if (type == int.class) {
        value = op.getIArgument(whole++).intValue();
      } else if (type == boolean.class) {
        value = op.getIArgument(whole++) == 1;
      } else if (type == double.class) {
        value = op.getTArgument(real++);
      } else {
        value = constant(type, op.getSArgument(text++));
      }
      values.put(component.getName(), value);
    }
    return UniversalSpec.ofHeads(1).with(values);
  }

  /** Index of the first integer argument after those of the spec. */
  static int nextInteger() {
    List<Class<?>> whole = List.of(int.class, boolean.class);
    return (int)
        Arrays.stream(UniversalSpec.class.getRecordComponents())
            .filter(component -> whole.contains(component.getType()))
            .count();
  }

  private static Object constant(Class<?> type, String name) {
    for (Object constant : type.getEnumConstants()) {
      if (((Enum<?>) constant).name().equals(name)) {
        return constant;
      }
    }
    throw new IllegalArgumentException(type.getSimpleName() + " has no constant " + name);
  }
}
