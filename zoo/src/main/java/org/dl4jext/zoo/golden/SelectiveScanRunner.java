package org.dl4jext.zoo.golden;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.dl4jext.samediff.delta.EigenvalueRange;
import org.dl4jext.samediff.ssm.SelectiveScan;

/** The diagonal selective scan, with eigenvalues of one sign or of both. */
final class SelectiveScanRunner implements OpRunner {

  private static final List<String> INPUTS = List.of("x", "delta", "A", "B", "C", "D");
  private static final String STATE = "initial_state";
  private static final List<String> OUTPUTS = List.of("y", "final_state");

  @Override
  public Set<String> ops() {
    return Set.of("selective_scan_signed");
  }

  @Override
  public boolean hasExecutions() {
    return true;
  }

  @Override
  public List<Way> ways(GoldenCase c) {
    CaseConfig config = new CaseConfig(c.config());
    EigenvalueRange range = config.flag("signed") ? EigenvalueRange.SIGNED : EigenvalueRange.UNIT;
    config.requireAllRead();
    Set<String> known = new LinkedHashSet<>(INPUTS);
    known.add(STATE);
    c.requireArrays(known, Set.copyOf(OUTPUTS));
    GoldenArray x = c.inputOfRank(3, "x");
    long channels = x.size(2);
    long states = c.inputOfRank(2, "A").size(1);
    c.input("delta", x.size(0), x.size(1), channels);
    c.input("A", channels, states);
    c.input("B", x.size(0), x.size(1), states);
    c.input("C", x.size(0), x.size(1), states);
    c.input("D", channels);
    boolean started = c.optionalInput(STATE, x.size(0), channels, states) != null;
    String[] inputs = INPUTS.toArray(new String[INPUTS.size() + 1]);
    inputs[INPUTS.size()] = started ? STATE : null;
    List<String> names = Arrays.asList(inputs);
    return UnitWay.unitAndOp(
        c,
        names,
        OUTPUTS,
        (execution, type) -> SelectiveScan.unit(range, execution, type),
        given -> graph(range, given));
  }

  private static Passes graph(EigenvalueRange range, Passes.Arguments given) {
    return DeltaGraphs.run(
        given,
        (sd, in) -> {
          SelectiveScan.Result result =
              SelectiveScan.apply(sd, in[0], in[1], in[2], in[3], in[4], in[5], in[6], range);
          return List.of(result.outputs(), result.state());
        });
  }
}
