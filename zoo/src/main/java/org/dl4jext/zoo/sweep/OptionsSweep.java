package org.dl4jext.zoo.sweep;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dl4jext.recurrent.arbiter.SpecComponents;
import org.dl4jext.samediff.Spec;

/**
 * A sweep whose parameters are the components of a record of options; a dot leads into a component
 * that has components itself.
 *
 * @param <S> the record
 */
interface OptionsSweep<S extends Record & Spec<S>> extends SweepTask {

  /** The values of what is not given. */
  S usual();

  /** Components that are no parameters, as they say what is learnt and for how long. */
  Set<String> settled();

  @Override
  default Object convert(String parameter, Object value) {
    if (!parameters().contains(parameter)) {
      throw new IllegalArgumentException(
          "there is no such parameter; there are " + String.join(", ", parameters()));
    }
    Class<?> type = SpecComponents.typeOf(usual().getClass(), parameter);
    return SpecComponents.convert(parameter, type, value);
  }

  private List<String> parameters() {
    List<String> names = new ArrayList<>();
    for (RecordComponent component : usual().getClass().getRecordComponents()) {
      if (!settled().contains(component.getName())) {
        addNames(component, "", names);
      }
    }
    return names;
  }

  private static void addNames(RecordComponent component, String prefix, List<String> names) {
    String name = prefix + component.getName();
    if (Spec.class.isAssignableFrom(component.getType())) {
      for (RecordComponent inner : component.getType().getRecordComponents()) {
        addNames(inner, name + ".", names);
      }
    } else {
      names.add(name);
    }
  }

  @Override
  default boolean counts(String parameter, Map<String, Object> values) {
    return true;
  }

  @Override
  default void check(Map<String, Object> values) {
    options(values);
  }

  /** The options of a candidate. */
  default S options(Map<String, Object> values) {
    return usual().with(SpecComponents.changes(usual(), values));
  }
}
