package org.dl4jext.zoo.golden;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.dl4jext.samediff.Execution;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** One door to a unit whose arrays are those of a case up to axes of size 1. */
record QkanWay(String name, QkanWay.Arrays arrays, Opening opening) implements OpRunner.Way {

  /** Which arrays of a case a unit takes, in its order, and with which axes. */
  static final class Arrays {

    /**
     * An array of a unit.
     *
     * @param name in the case; null if it has none
     * @param shape in the unit; null if it is absent
     * @param value of all elements where the case has none
     */
    private record Place(String name, long[] shape, double value) {}

    private final GoldenCase c;
    private final List<Place> inputs = new ArrayList<>();
    private final List<Place> outputs = new ArrayList<>();

    Arrays(GoldenCase c) {
      this.c = c;
    }

    /** The next input, checked; a null name for one that is absent. */
    void input(String name, long[] shapeInCase, long... shape) {
      if (name != null) {
        c.input(name, shapeInCase);
      }
      inputs.add(new Place(name, name == null ? null : shape, 0));
    }

    /** The next input, which the case does not hold. */
    void constant(double value, long... shape) {
      inputs.add(new Place(null, shape, value));
    }

    /** The next output, checked; a null name for one that the case does not hold. */
    void output(String name, long[] shapeInCase, long... shape) {
      GoldenArray want = name == null ? null : c.outputs().get(name);
      if (want != null && !want.hasShape(shapeInCase)) {
        throw new GoldenFormatException(
            "output "
                + name
                + " has the shape "
                + java.util.Arrays.toString(want.shape())
                + "; expected: "
                + java.util.Arrays.toString(shapeInCase));
      }
      outputs.add(new Place(name, shape, 0));
    }

    Set<String> inputNames() {
      return names(inputs);
    }

    Set<String> outputNames() {
      return names(outputs);
    }

    private static Set<String> names(List<Place> places) {
      return places.stream()
          .map(Place::name)
          .filter(Objects::nonNull)
          .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    QkanWay way(String name, Opening opening) {
      return new QkanWay(name, this, opening);
    }

    private Passes.Arguments arguments(DataType type) {
      INDArray[] given = new INDArray[inputs.size()];
      for (int i = 0; i < given.length; i++) {
        Place place = inputs.get(i);
        if (place.name != null) {
          given[i] = c.inputs().get(place.name).toNd4j(type).reshape('c', place.shape);
        } else if (place.shape != null) {
          given[i] = Nd4j.valueArrayOf(place.shape, place.value, type);
        }
      }
      long[][] shapes = new long[outputs.size()][];
      INDArray[] cotangents = new INDArray[outputs.size()];
      for (int i = 0; i < shapes.length; i++) {
        shapes[i] = outputs.get(i).shape;
        GoldenArray cotangent =
            outputs.get(i).name == null ? null : c.cotangents().get(outputs.get(i).name);
        cotangents[i] = cotangent == null ? null : cotangent.toNd4j(type).reshape('c', shapes[i]);
      }
      return new Passes.Arguments(given, shapes, cotangents, type);
    }

    private static Map<String, GoldenArray> named(
        List<Place> places, INDArray[] arrays, Map<String, GoldenArray> like) {
      Map<String, GoldenArray> named = new HashMap<>();
      for (int i = 0; i < arrays.length; i++) {
        String name = places.get(i).name;
        if (name != null && arrays[i] != null && like.containsKey(name)) {
          INDArray array = arrays[i].dup('c').reshape('c', like.get(name).shape());
          named.put(name, GoldenArray.of(array));
        }
      }
      return named;
    }
  }

  @Override
  public OpRunner.Result run(Execution execution, DataType type) {
    Passes passes = opening.at(execution, type).run(arrays.arguments(type));
    return new OpRunner.Result(
        Arrays.named(arrays.outputs, passes.outputs(), arrays.c.outputs()),
        Arrays.named(arrays.inputs, passes.gradients(), arrays.c.inputs()));
  }
}
