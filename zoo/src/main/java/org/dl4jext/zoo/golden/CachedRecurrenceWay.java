package org.dl4jext.zoo.golden;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dl4jext.samediff.Execution;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One door to a cached recurrence. A case has the memories at the ends of all segments in one
 * array; the unit gives those that were cached, and the online one.
 *
 * @param inputs names in the order of the unit; null for one that is absent
 */
record CachedRecurrenceWay(String name, GoldenCase c, List<String> inputs, Opening opening)
    implements OpRunner.Way {

  static final int INPUTS = 18;
  static final String CACHED = "cached_states";

  private static final int GATES = 1;
  private static final int MEMORY = 5;
  private static final int LAST = 8;

  @Override
  public OpRunner.Result run(Execution execution, DataType type) {
    INDArray[] given = new INDArray[INPUTS];
    for (int i = 0; i < INPUTS; i++) {
      given[i] = inputs.get(i) == null ? null : c.inputs().get(inputs.get(i)).toNd4j(type);
    }
    GoldenArray o = c.cotangents().get("o");
    INDArray[] cotangents = new INDArray[LAST + 1];
    cotangents[0] = o == null ? null : o.toNd4j(type);
    if (c.cotangents().size() > (o == null ? 0 : 1)) {
      throw new GoldenFormatException("cotangents of " + c.cotangents().keySet() + "; known: o");
    }
    Passes passes =
        opening.at(execution, type).run(new Passes.Arguments(given, shapes(), cotangents, type));
    Map<String, GoldenArray> outputs = new HashMap<>();
    outputs.put("o", GoldenArray.of(passes.outputs()[0]));
    outputs.put("gates", GoldenArray.of(passes.outputs()[GATES]));
    if (c.outputs().containsKey(CACHED)) {
      outputs.put(CACHED, GoldenArray.of(ends(passes.outputs())));
    }
    return new OpRunner.Result(outputs, Passes.named(inputs, passes.gradients()));
  }

  private long segments() {
    return c.outputs().get("gates").size(3);
  }

  private INDArray ends(INDArray[] outputs) {
    long[] shape = c.outputs().get(CACHED).shape();
    INDArray online = outputs[MEMORY].reshape(shape[0], 1, shape[2], shape[3] * shape[4]);
    INDArray all = segments() == 1 ? online : Nd4j.concat(1, outputs[LAST], online);
    return all.reshape(shape);
  }

  /** Shapes of the unit's outputs, as the arrays of the case imply them. */
  private long[][] shapes() {
    long[] k = c.inputs().get("k").shape();
    long[] v = c.inputs().get("v").shape();
    GoldenArray f = c.inputs().get("f");
    GoldenArray u = c.inputs().get("u");
    long heads = u == null ? 1 : k[2];
    long router = u == null ? 1 : f == null ? k[3] : f.size(3);
    long memory = k[3] * v[3];
    if (c.inputs().containsKey("W1_init")) {
      memory = c.inputs().get("W1_init").size(1) * (k[3] + v[3]);
    }
    long slots = Math.max(1, segments() - 1);
    return new long[][] {
      v,
      {k[0], k[1], k[2], segments()},
      {k[0], 2},
      {k[0], 1},
      {k[0], heads, router},
      {k[0], k[2], memory},
      {k[0], slots},
      {k[0], slots, heads, router},
      {k[0], slots, k[2], memory}
    };
  }
}
