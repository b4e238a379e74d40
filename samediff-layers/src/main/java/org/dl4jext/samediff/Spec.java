package org.dl4jext.samediff;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The options of a layer: a record that is valid by construction.
 *
 * @param <S> the record itself
 */
public interface Spec<S extends Record & Spec<S>> {

  /**
   * A copy in which one component has another value.
   *
   * @param component name of a record component
   * @param value its new value, of the component's type
   * @throws IllegalArgumentException if there is no such component, or the value is not allowed
   */
  @SuppressWarnings("unchecked")
  default S with(String component, Object value) {
    Class<?> type = getClass();
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    List<String> names = new ArrayList<>();
    boolean found = false;
    try {
      for (int i = 0; i < components.length; i++) {
        boolean replaced = components[i].getName().equals(component);
        found |= replaced;
        names.add(components[i].getName());
        types[i] = components[i].getType();
        values[i] = replaced ? value : components[i].getAccessor().invoke(this);
      }
      if (!found) {
        throw new IllegalArgumentException(
            type.getSimpleName() + " has no component '" + component + "'; it has " + names);
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
