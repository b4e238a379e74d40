package org.dl4jext.zoo.golden;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.dl4jext.samediff.delta.DeltaRuleSpec;
import org.dl4jext.samediff.delta.DeltaUnits;
import org.dl4jext.samediff.delta.QueryKeyNorm;

/**
 * The four operations of the delta family without projections: with and without a gate, one
 * micro-step a token or several.
 */
final class DeltaRuleRunner implements OpRunner {

  private static final Set<String> GATED = Set.of("gated_delta_rule", "gated_delta_product");
  private static final Set<String> ONE_STEP = Set.of("delta_rule", "gated_delta_rule");

  private static final List<String> OUTPUTS = List.of("o", "final_state");

  /** A chunk length that leaves a rest in most cases. */
  private static final int ODD_CHUNK = 3;

  @Override
  public Set<String> ops() {
    return Set.of("delta_rule", "gated_delta_rule", "delta_product", "gated_delta_product");
  }

  @Override
  public boolean hasExecutions() {
    return true;
  }

  @Override
  public List<Way> ways(GoldenCase c) {
    DeltaRuleSpec spec = spec(c);
    List<String> inputs = inputs(c, spec.householders());
    List<Way> ways = new ArrayList<>();
    for (int chunk : new LinkedHashSet<>(List.of(0, ODD_CHUNK, suggestedChunk(c)))) {
      String name = chunk == 0 ? "unit" : "unit in chunks of " + chunk;
      DeltaRuleSpec chunked = spec.with("chunkTokens", chunk);
      ways.add(
          new UnitWay(
              name,
              c,
              inputs,
              OUTPUTS,
              (execution, type) ->
                  given -> Passes.of(DeltaUnits.rule(chunked, execution, type), given)));
    }
    ways.add(
        new UnitWay(
            "SameDiff op",
            c,
            inputs,
            OUTPUTS,
            (execution, type) ->
                Opening.forced(execution, given -> DeltaGraphs.rule(spec, given))));
    return List.copyOf(ways);
  }

  private static DeltaRuleSpec spec(GoldenCase c) {
    CaseConfig config = new CaseConfig(c.config());
    int householders = config.integer("num_householder", 1);
    if (ONE_STEP.contains(c.op())) {
      config.fixed("num_householder", 1);
    }
    double scale = config.number("scale");
    boolean normalise = config.flag("use_qk_l2norm");
    double eps = config.number("l2norm_eps");
    config.info("gated", "has_initial_state", "suggested_chunk_tokens").requireAllRead();
    return new DeltaRuleSpec(
        householders,
        scale,
        normalise ? QueryKeyNorm.L2 : QueryKeyNorm.NONE,
        normalise ? eps : 0,
        0);
  }

  private static int suggestedChunk(GoldenCase c) {
    return c.config().get("suggested_chunk_tokens") instanceof Integer chunk && chunk > 0
        ? chunk
        : 0;
  }

  /** The names of the unit's inputs in order, checked; null for one that is absent. */
  private static List<String> inputs(GoldenCase c, int n) {
    boolean gated = GATED.contains(c.op());
    List<String> required = new ArrayList<>(List.of("q", "k", "v", "beta"));
    if (gated) {
      required.add("g");
    }
    Set<String> known = new LinkedHashSet<>(required);
    known.add("initial_state");
    c.requireArrays(known, Set.of("o", "final_state"));

    GoldenArray q = c.inputOfRank(4, "q");
    GoldenArray v = c.inputOfRank(4, "v");
    long batch = q.size(0);
    long steps = q.size(1) * n;
    c.input("k", batch, steps, q.size(2), q.size(3));
    c.input("v", batch, steps, v.size(2), v.size(3));
    c.input("beta", batch, steps, v.size(2));
    if (gated) {
      c.input("g", batch, q.size(1), v.size(2));
    }
    boolean started =
        c.optionalInput("initial_state", batch, v.size(2), q.size(3), v.size(3)) != null;
    List<String> inputs = new ArrayList<>(List.of("q", "k", "v", "beta"));
    inputs.add(gated ? "g" : null);
    inputs.add(started ? "initial_state" : null);
    return inputs;
  }
}
