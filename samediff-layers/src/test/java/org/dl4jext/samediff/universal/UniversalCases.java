package org.dl4jext.samediff.universal;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.UnitRuns;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Option sets of the Universal Transformer that take different paths, and random arrays. */
final class UniversalCases {

  static final int BATCH = 3;
  static final int STEPS = 4;
  static final int WIDTH = 4;

  private UniversalCases() {}

  static UniversalSpec base() {
    return UniversalSpec.ofHeads(2)
        .with(Map.of("innerSize", 3, "maxSteps", 3, "haltingBias", 0.0, "maxLength", 7));
  }

  /** Name and options; every switch is turned at least once. */
  static Map<String, UniversalLayout> layouts() {
    Map<String, UniversalLayout> all = new LinkedHashMap<>();
    UniversalSpec base = base();
    all.put("standard", layout(base));
    all.put("projected", new UniversalLayout(base, 3, WIDTH));
    all.put("post", layout(base.with("norm", NormPlacement.POST)));
    all.put(
        "fixed post",
        layout(base.with(Map.of("norm", NormPlacement.POST, "halting", HaltingScope.NONE))));
    all.put("fixed", layout(base.with("halting", HaltingScope.NONE)));
    all.put("global", layout(base.with("halting", HaltingScope.GLOBAL)));
    all.put("basic", layout(base.with(Map.of("actType", ActType.BASIC, "forceRemainder", false))));
    all.put("copy", layout(base.with("haltedState", HaltedState.COPY)));
    all.put(
        "copy basic",
        layout(base.with(Map.of("haltedState", HaltedState.COPY, "actType", ActType.BASIC))));
    all.put("sinusoid steps", layout(base.with("stepTiming", TimingSignal.SINUSOID)));
    all.put(
        "no timing",
        layout(
            base.with(
                Map.of("stepTiming", TimingSignal.NONE, "positionTiming", TimingSignal.NONE))));
    all.put("learned positions", layout(base.with("positionTiming", TimingSignal.LEARNED)));
    all.put("absolute", layout(base.with("positionIndex", PositionIndex.ABSOLUTE)));
    all.put("causal", layout(base.with("causal", true)));
    all.put(
        "causal learned",
        layout(base.with(Map.of("causal", true, "positionTiming", TimingSignal.LEARNED))));
    all.put("sliding", layout(sliding()));
    all.put(
        "computed padding",
        layout(base.with(Map.of("padding", Padding.COMPUTED, "maskHalting", false))));
    all.put(
        "computed causal", layout(base.with(Map.of("padding", Padding.COMPUTED, "causal", true))));
    all.put("decoder", new UniversalLayout(base.with("causal", true), WIDTH, WIDTH, 3));
    all.put(
        "decoder post",
        new UniversalLayout(
            base.with(Map.of("causal", true, "norm", NormPlacement.POST)), 3, WIDTH, 5));
    return all;
  }

  static UniversalSpec sliding() {
    return base().with(Map.of("causal", true, "cacheLimit", CacheLimit.SLIDE, "maxLength", 3));
  }

  static Stream<String> names() {
    return layouts().keySet().stream();
  }

  private static UniversalLayout layout(UniversalSpec spec) {
    return new UniversalLayout(spec, WIDTH, WIDTH);
  }

  /** Inputs of a transformer unit: x, mask, parameters, memory and its mask. */
  static INDArray[] inputs(UniversalLayout layout, boolean masked) {
    return inputs(layout, masked, BATCH, STEPS);
  }

  static INDArray[] inputs(UniversalLayout layout, boolean masked, int batch, int steps) {
    int parameters = layout.parameters().size();
    boolean remembers = layout.memorySize() > 0;
    INDArray[] inputs = new INDArray[2 + parameters + (remembers ? 2 : 0)];
    inputs[0] = UnitRuns.random(DataType.DOUBLE, 1, batch, steps, layout.inputSize());
    inputs[1] = masked ? UnitRuns.mask(batch, steps) : null;
    for (int i = 0; i < parameters; i++) {
      TensorShape shape = layout.parameters().get(i);
      inputs[2 + i] = UnitRuns.random(DataType.DOUBLE, 0.5, shape.toArray());
    }
    if (remembers) {
      inputs[2 + parameters] = UnitRuns.random(DataType.DOUBLE, 1, batch, 4, layout.memorySize());
      inputs[3 + parameters] = masked ? UnitRuns.mask(batch, 4) : null;
    }
    return inputs;
  }

  static INDArray[] cotangents(UniversalLayout layout, INDArray[] inputs) {
    long[][] shapes = UniversalTransformerUnit.outputShapes(layout, inputs).toArray(new long[0][]);
    return UnitRuns.cotangents(DataType.DOUBLE, shapes);
  }

  /** Forward and backward with results that start as NaN; masks have no gradient. */
  static UnitRuns.Result run(
      DifferentiableUnit unit, UniversalLayout layout, INDArray[] inputs, INDArray[] cotangents) {
    INDArray[] outputs = nan(cotangents);
    INDArray[] gradients = nan(inputs);
    gradients[1] = null;
    if (layout.memorySize() > 0) {
      gradients[inputs.length - 1] = null;
    }
    unit.forward(inputs, outputs, true);
    unit.backward(inputs, cotangents, gradients);
    return new UnitRuns.Result(outputs, gradients);
  }

  private static INDArray[] nan(INDArray[] like) {
    return Arrays.stream(like)
        .map(a -> a == null ? null : Nd4j.valueArrayOf(a.shape(), Double.NaN, a.dataType()))
        .toArray(INDArray[]::new);
  }
}
