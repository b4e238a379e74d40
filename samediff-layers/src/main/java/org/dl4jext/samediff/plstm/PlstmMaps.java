package org.dl4jext.samediff.plstm;

import java.util.ArrayList;
import java.util.List;
import org.dl4jext.samediff.TensorShape;

/** The affine maps of a layer side by side: their columns and their parameters. */
final class PlstmMaps {

  private final List<PlstmMap> maps;
  private final int[] columns;
  private final int[] parameters;
  private final List<TensorShape> shapes;
  private final int width;

  PlstmMaps(List<PlstmMap> maps) {
    this.maps = List.copyOf(maps);
    columns = new int[maps.size()];
    parameters = new int[maps.size()];
    List<TensorShape> all = new ArrayList<>();
    int next = 0;
    for (int i = 0; i < columns.length; i++) {
      columns[i] = next;
      next += maps.get(i).outputs();
      parameters[i] = all.size();
      all.addAll(maps.get(i).parameters());
    }
    shapes = List.copyOf(all);
    width = next;
  }

  /** Columns of all maps. */
  int width() {
    return width;
  }

  List<PlstmMap> all() {
    return maps;
  }

  List<TensorShape> shapes() {
    return shapes;
  }

  private int index(String name) {
    for (int i = 0; i < columns.length; i++) {
      if (maps.get(i).name().equals(name)) {
        return i;
      }
    }
    throw new IllegalStateException("no map " + name);
  }

  PlstmMap map(String name) {
    return maps.get(index(name));
  }

  /** First column of a map. */
  int column(String name) {
    return columns[index(name)];
  }

  int column(PlstmMap map) {
    return columns[maps.indexOf(map)];
  }

  /** Place of the weight of a map among {@link #shapes}. */
  int weight(PlstmMap map) {
    return parameters[maps.indexOf(map)];
  }

  /** Place of the bias of a map among {@link #shapes}. */
  int bias(PlstmMap map) {
    return weight(map) + (map.weighted() ? 1 : 0);
  }

  /** Adds the maps of a transition. */
  static void addTransition(
      List<PlstmMap> maps,
      String suffix,
      int inputSize,
      int groups,
      int slices,
      int size,
      boolean weighted) {
    maps.add(PlstmMap.gate("eigenvalues" + suffix, inputSize, groups, slices, weighted, size));
    if (size > 1) {
      maps.add(
          PlstmMap.gate("inRotation" + suffix, inputSize, groups, slices, weighted, size, size));
      maps.add(
          PlstmMap.gate("outRotation" + suffix, inputSize, groups, slices, weighted, size, size));
    }
  }

  /** Adds queries, keys and values. */
  static void addProjections(
      List<PlstmMap> maps, PlstmHead head, int inputSize, int heads, int slices) {
    maps.add(
        PlstmMap.projection("query", inputSize, heads, slices, head.keySize(), head.queries()));
    maps.add(PlstmMap.projection("key", inputSize, heads, slices, head.keySize(), head.keys()));
    maps.add(
        PlstmMap.projection("value", inputSize, heads, slices, head.valueSize(), head.values()));
  }
}
