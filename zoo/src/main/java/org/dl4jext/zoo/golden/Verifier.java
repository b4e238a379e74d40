package org.dl4jext.zoo.golden;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dl4jext.samediff.Execution;
import org.dl4jext.zoo.golden.OpRunner.Result;
import org.dl4jext.zoo.golden.OpRunner.Way;
import org.dl4jext.zoo.golden.Precision.Errors;

/** Runs golden cases: every execution, every way to compute, every precision, every array. */
public final class Verifier {

  private final List<Execution> executions;

  /** All executions. */
  public Verifier() {
    this(Arrays.asList(Execution.values()));
  }

  /**
   * @param executions the executions to run; operations that have none ignore it
   */
  public Verifier(List<Execution> executions) {
    this.executions = List.copyOf(executions);
  }

  /** Runs one case: one verdict for each execution, or a single one where there are none. */
  public List<Verdict> verify(GoldenCases cases, String op, String name) {
    Optional<OpRunner> runner = OpRunners.of(op);
    if (runner.isEmpty()) {
      return List.of(Verdict.failed(op, name, null, "no layer claims the op " + op));
    }
    List<Execution> toRun =
        runner.get().hasExecutions() ? executions : java.util.Collections.singletonList(null);
    GoldenCase c;
    List<Way> ways;
    try {
      c = cases.read(op, name);
      ways = runner.get().ways(c);
    } catch (RuntimeException e) {
      return toRun.stream().map(x -> Verdict.failed(op, name, x, describe(e))).toList();
    }
    return toRun.stream().map(execution -> verify(c, ways, execution)).toList();
  }

  private static Verdict verify(GoldenCase c, List<Way> ways, Execution execution) {
    List<String> failures = new ArrayList<>();
    Errors worst = Errors.NONE;
    for (Precision precision : Precision.values()) {
      if (precision == Precision.FLOAT32 && !c.float32()) {
        continue;
      }
      for (Way way : ways) {
        String where = way.name() + ", " + precision.name().toLowerCase(java.util.Locale.ROOT);
        Errors errors = verify(c, way, execution, precision, where, failures);
        // An absolute error says something only beside others of the same precision.
        worst =
            precision == Precision.FLOAT64
                ? worst.max(errors)
                : new Errors(worst.absolute(), Math.max(worst.ratio(), errors.ratio()));
      }
    }
    return new Verdict(
        c.op(), c.name(), execution, worst.absolute(), worst.ratio(), List.copyOf(failures));
  }

  private static Errors verify(
      GoldenCase c,
      Way way,
      Execution execution,
      Precision precision,
      String where,
      List<String> failures) {
    Errors worst = Errors.NONE;
    try {
      Result result = way.run(execution, precision.type());
      for (boolean gradient : new boolean[] {false, true}) {
        Map<String, GoldenArray> wanted = gradient ? c.gradients() : c.outputs();
        Map<String, GoldenArray> computed = gradient ? result.gradients() : result.outputs();
        for (Map.Entry<String, GoldenArray> want : wanted.entrySet()) {
          String array = (gradient ? "gradient of " : "output ") + want.getKey();
          GoldenArray got = computed.get(want.getKey());
          if (got == null) {
            throw new GoldenFormatException("no runner computes the " + array);
          }
          Errors errors = precision.compare(c, got, want.getValue(), gradient);
          worst = worst.max(errors);
          if (!errors.pass()) {
            failures.add(
                String.format(
                    java.util.Locale.ROOT,
                    "%s (%s): error %.1e, %.3g times what is allowed",
                    array,
                    where,
                    errors.absolute(),
                    errors.ratio()));
          }
        }
      }
    } catch (RuntimeException e) {
      failures.add(where + ": " + describe(e));
      return new Errors(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
    }
    return worst;
  }

  private static String describe(RuntimeException e) {
    boolean explained = e instanceof GoldenFormatException && e.getMessage() != null;
    String cause = e.getCause() == null ? "" : " (" + e.getCause() + ")";
    return (explained ? e.getMessage() : e.toString()) + cause;
  }

  /**
   * The result of one case in one execution.
   *
   * @param op the operation
   * @param name the case
   * @param execution null where the operation has none
   * @param worstError largest absolute error of a float64 array
   * @param worstRatio largest error as a fraction of what is allowed, in any precision
   * @param failures what failed and how; empty for a pass
   */
  public record Verdict(
      String op,
      String name,
      Execution execution,
      double worstError,
      double worstRatio,
      List<String> failures) {

    static Verdict failed(String op, String name, Execution execution, String why) {
      double infinite = Double.POSITIVE_INFINITY;
      return new Verdict(op, name, execution, infinite, infinite, List.of(why));
    }

    public boolean passed() {
      return failures.isEmpty();
    }
  }
}
