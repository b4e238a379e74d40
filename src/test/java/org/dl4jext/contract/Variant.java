package org.dl4jext.contract;

import java.util.List;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.nd4j.linalg.api.buffer.DataType;

/** One way to set a layer up. The lists cover every pair of values. */
record Variant(DataType dataType, RNNFormat format, boolean graph, int depth) {

  private static final List<Variant> ALL =
      List.of(
          new Variant(DataType.DOUBLE, RNNFormat.NCW, false, 1),
          new Variant(DataType.DOUBLE, RNNFormat.NWC, true, 2),
          new Variant(DataType.DOUBLE, RNNFormat.NCW, true, 1),
          new Variant(DataType.FLOAT, RNNFormat.NWC, false, 1),
          new Variant(DataType.FLOAT, RNNFormat.NCW, true, 2),
          new Variant(DataType.DOUBLE, RNNFormat.NWC, false, 2));

  static final Variant PLAIN = ALL.get(0);
  static final Variant FLOAT = new Variant(DataType.FLOAT, RNNFormat.NCW, false, 1);

  static List<Variant> all() {
    return ALL;
  }

  static List<Variant> inDouble() {
    return ALL.stream().filter(v -> v.dataType == DataType.DOUBLE).toList();
  }

  static List<Variant> channelsFirstInDouble() {
    return inDouble().stream().filter(v -> v.format == RNNFormat.NCW).toList();
  }

  Variant with(DataType other) {
    return new Variant(other, format, graph, depth);
  }

  /** Axis of time. */
  int timeAxis() {
    return format == RNNFormat.NCW ? 2 : 1;
  }

  @Override
  public String toString() {
    return dataType
        + " "
        + format
        + (graph ? " ComputationGraph" : " MultiLayerNetwork")
        + " x"
        + depth;
  }
}
