package org.dl4jext.recurrent;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import org.nd4j.shade.jackson.core.JsonGenerator;
import org.nd4j.shade.jackson.core.JsonParser;
import org.nd4j.shade.jackson.databind.BeanProperty;
import org.nd4j.shade.jackson.databind.DeserializationContext;
import org.nd4j.shade.jackson.databind.JavaType;
import org.nd4j.shade.jackson.databind.JsonDeserializer;
import org.nd4j.shade.jackson.databind.JsonMappingException;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.JsonSerializer;
import org.nd4j.shade.jackson.databind.SerializerProvider;
import org.nd4j.shade.jackson.databind.deser.ContextualDeserializer;
import org.nd4j.shade.jackson.databind.jsontype.TypeSerializer;
import org.nd4j.shade.jackson.databind.util.TokenBuffer;

/**
 * Specs as JSON and YAML: a record is an object with one property for each component, an enum its
 * name, a record behind a sealed interface carries its simple class name as {@code type}.
 *
 * <p>Reading is strict, whatever the mapper's settings: an unknown, missing or mistyped property is
 * an error that names it.
 */
public final class SpecJson {

  private static final String TYPE = "type";

  private SpecJson() {}

  /** Writes a spec. */
  public static final class Writer extends JsonSerializer<Object> {

    @Override
    public void serialize(Object value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      write(value, false, out);
    }

    @Override
    public void serializeWithType(
        Object value, JsonGenerator out, SerializerProvider provider, TypeSerializer type)
        throws IOException {
      serialize(value, out, provider);
    }

    private static void write(Object value, boolean typed, JsonGenerator out) throws IOException {
      if (value instanceof Enum<?> constant) {
        out.writeString(constant.name());
      } else if (value instanceof Collection<?> items) {
        out.writeStartArray();
        for (Object item : items) {
          write(item, sealedParent(item.getClass()), out);
        }
        out.writeEndArray();
      } else if (value instanceof Record) {
        writeRecord(value, typed, out);
      } else {
        // A native YAML type id would be lost on reading: the buffer writes it as a property.
        try (TokenBuffer buffer = new TokenBuffer(out.getCodec(), false)) {
          buffer.writeObject(value);
          buffer.serialize(out);
        }
      }
    }

    private static void writeRecord(Object value, boolean typed, JsonGenerator out)
        throws IOException {
      out.writeStartObject();
      if (typed) {
        out.writeStringField(TYPE, value.getClass().getSimpleName());
      }
      for (RecordComponent component : value.getClass().getRecordComponents()) {
        out.writeFieldName(component.getName());
        Class<?> type = component.getType();
        write(read(component, value), type.isInterface() && type.isSealed(), out);
      }
      out.writeEndObject();
    }

    private static boolean sealedParent(Class<?> type) {
      return Arrays.stream(type.getInterfaces()).anyMatch(Class::isSealed);
    }

    private static Object read(RecordComponent component, Object value) {
      try {
        return component.getAccessor().invoke(value);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("cannot read " + component, e);
      }
    }
  }

  /** Reads a spec of the type of the annotated property. */
  public static final class Reader extends JsonDeserializer<Object>
      implements ContextualDeserializer {

    private final JavaType type;

    /** For Jackson, which asks for the contextual instance. */
    Reader() {
      this(null);
    }

    private Reader(JavaType type) {
      this.type = type;
    }

    @Override
    public JsonDeserializer<?> createContextual(
        DeserializationContext context, BeanProperty property) {
      return new Reader(property == null ? context.getContextualType() : property.getType());
    }

    @Override
    public Object deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      return convert(context.readTree(parser), type, type.getRawClass().getSimpleName(), context);
    }

    private static Object convert(
        JsonNode node, JavaType type, String path, DeserializationContext context)
        throws IOException {
      Class<?> raw = type.getRawClass();
      if (raw.isInterface() && raw.isSealed()) {
        return convertSealed(node, raw, path, context);
      }
      if (raw.isRecord()) {
        return convertRecord(node, raw, path, context);
      }
      if (Collection.class.isAssignableFrom(raw) && type.getContentType() != null) {
        requireKind(node.isArray(), node, path, "a list", context);
        List<Object> items = new ArrayList<>();
        for (JsonNode item : node) {
          items.add(convert(item, type.getContentType(), path + "[" + items.size() + "]", context));
        }
        return List.copyOf(items);
      }
      return convertValue(node, type, path, context);
    }

    private static Object convertValue(
        JsonNode node, JavaType type, String path, DeserializationContext context)
        throws IOException {
      Class<?> raw = type.getRawClass();
      if (raw == int.class || raw == Integer.class || raw == long.class || raw == Long.class) {
        requireKind(node.isIntegralNumber(), node, path, "a whole number", context);
      } else if (raw == double.class || raw == Double.class) {
        requireKind(node.isNumber(), node, path, "a number", context);
      } else if (raw == boolean.class || raw == Boolean.class) {
        requireKind(node.isBoolean(), node, path, "true or false", context);
      } else if (raw.isEnum()) {
        boolean known =
            Arrays.stream(raw.getEnumConstants())
                .anyMatch(c -> ((Enum<?>) c).name().equals(node.asText()));
        String names = Arrays.toString(raw.getEnumConstants());
        requireKind(known && node.isTextual(), node, path, "one of " + names, context);
      }
      return context.readTreeAsValue(node, type);
    }

    private static Object convertSealed(
        JsonNode node, Class<?> sealed, String path, DeserializationContext context)
        throws IOException {
      List<String> names = new ArrayList<>();
      for (Class<?> choice : sealed.getPermittedSubclasses()) {
        names.add(choice.getSimpleName());
        if (node.path(TYPE).asText().equals(choice.getSimpleName())) {
          return convertRecord(node, choice, path, context);
        }
      }
      throw error(path + "." + TYPE + " is " + node.get(TYPE) + "; allowed: " + names, context);
    }

    private static Object convertRecord(
        JsonNode node, Class<?> raw, String path, DeserializationContext context)
        throws IOException {
      requireKind(node.isObject(), node, path, "an object", context);
      RecordComponent[] components = raw.getRecordComponents();
      List<String> names = Arrays.stream(components).map(RecordComponent::getName).toList();
      for (Iterator<String> it = node.fieldNames(); it.hasNext(); ) {
        String name = it.next();
        boolean isType = name.equals(TYPE) && !names.contains(TYPE);
        if (!names.contains(name) && !isType) {
          throw error(path + " has no property '" + name + "'; it has " + names, context);
        }
      }
      Class<?>[] types = new Class<?>[components.length];
      Object[] values = new Object[components.length];
      for (int i = 0; i < components.length; i++) {
        JsonNode value = node.get(names.get(i));
        if (value == null) {
          throw error(path + " lacks the property '" + names.get(i) + "'", context);
        }
        types[i] = components[i].getType();
        JavaType type = context.constructType(types[i]);
        if (Collection.class.isAssignableFrom(types[i])) {
          type = context.getTypeFactory().constructType(components[i].getGenericType());
        }
        values[i] = convert(value, type, path + "." + names.get(i), context);
      }
      return construct(raw, types, values, path, context);
    }

    private static Object construct(
        Class<?> raw, Class<?>[] types, Object[] values, String path, DeserializationContext ctx)
        throws IOException {
      try {
        Constructor<?> constructor = raw.getDeclaredConstructor(types);
        return constructor.newInstance(values);
      } catch (InvocationTargetException e) {
        throw JsonMappingException.from(ctx.getParser(), e.getCause().getMessage(), e.getCause());
      } catch (ReflectiveOperationException e) {
        throw error("cannot construct " + path + ": " + e, ctx);
      }
    }

    private static void requireKind(
        boolean fits, JsonNode node, String path, String allowed, DeserializationContext context)
        throws IOException {
      if (!fits) {
        throw error(path + " is " + node + "; allowed: " + allowed, context);
      }
    }

    private static IOException error(String message, DeserializationContext context) {
      return JsonMappingException.from(context.getParser(), message);
    }
  }
}
