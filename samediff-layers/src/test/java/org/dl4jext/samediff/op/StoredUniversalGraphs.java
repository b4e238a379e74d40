package org.dl4jext.samediff.op;

import static org.dl4jext.samediff.op.StoredGraph.BATCH;
import static org.dl4jext.samediff.op.StoredGraph.INPUTS;
import static org.dl4jext.samediff.op.StoredGraph.OUTPUTS;
import static org.dl4jext.samediff.op.StoredGraph.STEPS;
import static org.dl4jext.samediff.op.StoredGraph.graph;
import static org.dl4jext.samediff.op.StoredGraph.parameters;
import static org.dl4jext.samediff.op.StoredGraph.random;
import static org.dl4jext.samediff.op.StoredGraph.x;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.dl4jext.samediff.universal.ActType;
import org.dl4jext.samediff.universal.CacheLimit;
import org.dl4jext.samediff.universal.HaltedState;
import org.dl4jext.samediff.universal.HaltingScope;
import org.dl4jext.samediff.universal.HaltingSpec;
import org.dl4jext.samediff.universal.NormPlacement;
import org.dl4jext.samediff.universal.PositionIndex;
import org.dl4jext.samediff.universal.TimingSignal;
import org.dl4jext.samediff.universal.Universal;
import org.dl4jext.samediff.universal.UniversalLayout;
import org.dl4jext.samediff.universal.UniversalSpec;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** Graphs of the Universal Transformer. */
final class StoredUniversalGraphs {

  private StoredUniversalGraphs() {}

  static Stream<StoredGraph> graphs() {
    return Stream.of(
        graph("halting", StoredUniversalGraphs::halting),
        graph("Universal Transformer, encoder", sd -> universal(sd, 0)),
        graph("Universal Transformer, decoder", sd -> universal(sd, 3)));
  }

  private static List<SDVariable> halting(SameDiff sd) {
    Universal.HaltingResult result =
        Universal.halting(
            sd,
            random(sd, "logits", 3, BATCH, STEPS),
            random(sd, "states", 3, BATCH, STEPS, OUTPUTS),
            null,
            new HaltingSpec(3, 0.2, ActType.BASIC, false));
    return List.of(result.outputs(), result.remainders(), result.weights(), result.ponder());
  }

  /** No option stands at its default, as far as they go together. */
  private static List<SDVariable> universal(SameDiff sd, int memorySize) {
    UniversalSpec spec =
        UniversalSpec.ofHeads(2)
            .with(
                Map.of(
                    "innerSize",
                    3,
                    "maxSteps",
                    3,
                    "halting",
                    HaltingScope.GLOBAL,
                    "actType",
                    ActType.BASIC,
                    "epsilon",
                    0.2,
                    "forceRemainder",
                    false,
                    "haltedState",
                    HaltedState.COPY))
            .with(
                Map.of(
                    "norm", NormPlacement.POST,
                    "layerNormEpsilon", 1e-3,
                    "positionTiming", TimingSignal.LEARNED,
                    "stepTiming", TimingSignal.SINUSOID,
                    "positionIndex", PositionIndex.ABSOLUTE,
                    "maxLength", 7));
    if (memorySize > 0) {
      spec =
          spec.with(
              Map.of(
                  "causal", true,
                  "cacheLimit", CacheLimit.SLIDE,
                  "maxLength", 3,
                  "halting", HaltingScope.POSITION,
                  "positionTiming", TimingSignal.NONE,
                  "positionIndex", PositionIndex.VALID));
    }
    UniversalLayout layout = new UniversalLayout(spec, INPUTS, OUTPUTS, memorySize);
    List<SDVariable> parameters = parameters(sd, layout.parameters());
    Universal.Result result =
        memorySize == 0
            ? Universal.encoder(sd, x(sd), null, parameters, layout)
            : Universal.decoder(
                sd,
                x(sd),
                null,
                random(sd, "memory", BATCH, 4, memorySize),
                null,
                parameters,
                layout);
    return List.of(result.outputs(), result.remainders(), result.ponder());
  }
}
