package org.dl4jext.samediff;

import java.io.Serializable;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The options of a layer: a record that is valid by construction.
 *
 * @param <S> the record itself
 */
public interface Spec<S extends Record & Spec<S>> extends Serializable {

  /**
   * A copy in which one component has another value.
   *
   * @param component name of a record component
   * @param value its new value, of the component's type
   * @throws IllegalArgumentException if there is no such component, or the value is not allowed
   */
  default S with(String component, Object value) {
    return with(Map.of(component, value));
  }

  /**
   * A copy in which some components have other values; only the result has to be valid.
   *
   * @param changes new values by component name
   * @throws IllegalArgumentException if a component does not exist, or the result is not allowed
   */
  @SuppressWarnings("unchecked")
  default S with(Map<String, ?> changes) {
    Class<?> type = getClass();
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    List<String> names = new ArrayList<>();
    try {
      for (int i = 0; i < components.length; i++) {
        String name = components[i].getName();
        names.add(name);
        types[i] = components[i].getType();
        values[i] =
            changes.containsKey(name)
                ? changes.get(name)
                : components[i].getAccessor().invoke(this);
      }
      for (String changed : changes.keySet()) {
        if (!names.contains(changed)) {
          throw new IllegalArgumentException(
              type.getSimpleName() + " has no component '" + changed + "'; it has " + names);
        }
      }
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      return (S) constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot copy " + Arrays.toString(values), e);
    }
  }
}
