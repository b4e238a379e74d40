package org.dl4jext.zoo.sweep;

import java.util.LinkedHashMap;
import java.util.Map;
import org.dl4jext.recurrent.SequenceLayer;
import org.dl4jext.recurrent.arbiter.SpecComponents;
import org.dl4jext.zoo.catalogue.NamedLayer;

/**
 * A sweep whose parameters are the recurrent layer, its width, the learning rate, and any component
 * of the spec of a layer as {@code LAYER.COMPONENT}, which counts for that layer alone.
 */
interface LayerSweep extends SweepTask {

  /** Parameter: the label of a {@link NamedLayer}. */
  String LAYER = "layer";

  /** Parameter: inputs and outputs of the layer. */
  String WIDTH = "width";

  /** Parameter: peak of the learning rate. */
  String RATE = "rate";

  /** The layer where none is given. */
  NamedLayer usualLayer();

  /** The width where none is given. */
  int usualWidth();

  /** The learning rate where none is given. */
  double usualRate();

  @Override
  default Object convert(String parameter, Object value) {
    return switch (parameter) {
      case LAYER -> NamedLayer.of(String.valueOf(value)).label();
      case WIDTH -> SweepValues.whole(WIDTH, value, 1, 4096);
      case RATE -> SweepValues.number(RATE, value, 0, 1);
      default -> convertComponent(parameter, value);
    };
  }

  private Object convertComponent(String parameter, Object value) {
    int dot = parameter.indexOf('.');
    if (dot < 0 || !NamedLayer.labels().contains(parameter.substring(0, dot))) {
      throw new IllegalArgumentException(
          "there is no such parameter; there are layer, width, rate, and LAYER.COMPONENT, where"
              + " LAYER is one of "
              + String.join(", ", NamedLayer.labels()));
    }
    String name = parameter.substring(dot + 1);
    NamedLayer named = NamedLayer.of(parameter.substring(0, dot));
    Class<?> spec = named.ofWidth(usualWidth()).getSpec().getClass();
    return SpecComponents.convert(name, SpecComponents.typeOf(spec, name), value);
  }

  @Override
  default boolean counts(String parameter, Map<String, Object> values) {
    int dot = parameter.indexOf('.');
    return dot < 0 || parameter.substring(0, dot).equals(label(values));
  }

  private String label(Map<String, Object> values) {
    return (String) values.getOrDefault(LAYER, usualLayer().label());
  }

  @Override
  default void check(Map<String, Object> values) {
    layer(values);
  }

  /** The layer of a candidate, as wide as its input. */
  default SequenceLayer<?> layer(Map<String, Object> values) {
    int width = (Integer) values.getOrDefault(WIDTH, usualWidth());
    SequenceLayer<?> layer = NamedLayer.of(label(values)).ofWidth(width);
    Map<String, Object> components = new LinkedHashMap<>();
    values.forEach(
        (name, value) -> {
          if (name.contains(".") && counts(name, values)) {
            components.put(name.substring(name.indexOf('.') + 1), value);
          }
        });
    return layer.with(width, SpecComponents.changes(layer.getSpec(), components));
  }

  /** The learning rate of a candidate. */
  default double rate(Map<String, Object> values) {
    return (Double) values.getOrDefault(RATE, usualRate());
  }
}
