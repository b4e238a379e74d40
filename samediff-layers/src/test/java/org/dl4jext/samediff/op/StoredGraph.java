package org.dl4jext.samediff.op;

import java.util.List;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.UnitRuns;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** A graph of one op; the loss is the sum of the squares of its outputs. */
record StoredGraph(String name, SameDiff sd) {

  static final int BATCH = 2;
  static final int STEPS = 5;
  static final int INPUTS = 2;
  static final int OUTPUTS = 4;

  @Override
  public String toString() {
    return name;
  }

  static StoredGraph graph(String name, Builder builder) {
    Nd4j.getRandom().setSeed(3);
    SameDiff sd = SameDiff.create();
    SDVariable loss = null;
    for (SDVariable output : builder.outputs(sd)) {
      SDVariable part = output.mul(output).sum();
      loss = loss == null ? part : loss.add(part);
    }
    sd.identity("loss", loss).markAsLoss();
    return new StoredGraph(name, sd);
  }

  @FunctionalInterface
  interface Builder {
    List<SDVariable> outputs(SameDiff sd);
  }

  static SDVariable random(SameDiff sd, String name, long... shape) {
    return sd.var(name, UnitRuns.random(DataType.DOUBLE, 0.5, shape));
  }

  static SDVariable x(SameDiff sd) {
    return random(sd, "x", BATCH, STEPS, INPUTS);
  }

  static List<SDVariable> parameters(SameDiff sd, List<TensorShape> shapes) {
    return shapes.stream().map(p -> random(sd, p.name(), p.toArray())).toList();
  }
}
