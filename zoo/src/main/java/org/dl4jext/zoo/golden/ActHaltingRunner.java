package org.dl4jext.zoo.golden;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.dl4jext.samediff.universal.HaltingSpec;
import org.dl4jext.samediff.universal.Universal;
import org.dl4jext.samediff.universal.UniversalUnits;

/** Adaptive computation time on given states. */
final class ActHaltingRunner implements OpRunner {

  private static final String MASK = "mask";
  private static final List<String> OUTPUTS =
      List.of("output", "remainders", "n_updates", "update_weights", "ponder");

  @Override
  public Set<String> ops() {
    return Set.of("act_halting");
  }

  @Override
  public boolean hasExecutions() {
    return true;
  }

  @Override
  public List<Way> ways(GoldenCase c) {
    CaseConfig config = new CaseConfig(c.config()).info("masked");
    HaltingSpec spec = UniversalRunner.haltingSpec(config);
    config.requireAllRead();
    c.requireArrays(Set.of("logits", "states", MASK), Set.copyOf(OUTPUTS));
    GoldenArray states = c.inputOfRank(4, "states");
    c.input("logits", spec.maxSteps(), states.size(1), states.size(2));
    c.input("states", spec.maxSteps(), states.size(1), states.size(2), states.size(3));
    boolean masked = c.optionalInput(MASK, states.size(1), states.size(2)) != null;
    return UnitWay.unitAndOp(
        c,
        Arrays.asList("logits", "states", masked ? MASK : null),
        OUTPUTS,
        (execution, type) -> UniversalUnits.halting(spec, execution, type),
        given ->
            DeltaGraphs.run(
                given,
                (sd, in) -> {
                  Universal.HaltingResult result = Universal.halting(sd, in[0], in[1], in[2], spec);
                  return List.of(
                      result.outputs(),
                      result.remainders(),
                      result.steps(),
                      result.weights(),
                      result.ponder());
                }));
  }
}
