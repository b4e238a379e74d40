package org.dl4jext.zoo.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.dl4jext.samediff.Execution;
import org.dl4jext.zoo.golden.GoldenCases;
import org.dl4jext.zoo.golden.Verifier;
import org.dl4jext.zoo.golden.Verifier.Verdict;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** Runs the golden cases on the backend in use. */
@Command(
    name = "verify",
    description = {
      "Runs golden cases: known outputs and gradients of every operation, in float64 and float32.",
      "Exit code 0 only if every case passes."
    })
final class VerifyCommand extends Subcommand {

  @Option(
      names = "--golden",
      paramLabel = "DIR",
      description = "Run the cases of this directory instead of those that ship with the library.")
  private Path golden;

  @Option(names = "--op", paramLabel = "NAME", description = "Run the cases of one operation only.")
  private String op;

  @Option(
      names = "--execution",
      paramLabel = "NAME",
      description =
          "Run one execution only: reference, host or array. Operations without executions"
              + " ignore it.")
  private Execution execution;

  @Override
  public Integer call() {
    if (golden != null && !Files.isDirectory(golden)) {
      throw new UsageException("--golden: " + golden + " is not a directory");
    }
    List<Verdict> verdicts;
    try (GoldenCases cases = golden == null ? GoldenCases.shipped() : GoldenCases.of(golden)) {
      verdicts = run(cases);
    }
    if (verdicts.isEmpty()) {
      throw new UnusableContentException("there is no case to run");
    }
    List<Summary> summaries = summarise(verdicts);
    if (json()) {
      printJson(summaries.stream().map(Summary::toJson).toList());
    } else {
      print(summaries);
    }
    List<Verdict> failed = verdicts.stream().filter(verdict -> !verdict.passed()).toList();
    for (Verdict verdict : failed) {
      String in = verdict.execution() == null ? "" : ", " + label(verdict.execution());
      String where = verdict.op() + "/" + verdict.name() + in + ": ";
      verdict.failures().forEach(failure -> err().println(where + failure));
    }
    return failed.isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private List<Verdict> run(GoldenCases cases) {
    List<String> ops = cases.ops();
    if (op != null && !ops.contains(op)) {
      throw new UsageException("--op: there are no cases of " + op + "; there are " + ops);
    }
    Verifier verifier = execution == null ? new Verifier() : new Verifier(List.of(execution));
    List<String> selected = op == null ? ops : List.of(op);
    long total = selected.stream().mapToLong(name -> cases.cases(name).size()).sum();
    List<Verdict> verdicts = new ArrayList<>();
    try (Progress progress = progress("verify", total)) {
      int done = 0;
      for (String name : selected) {
        for (String c : cases.cases(name)) {
          verdicts.addAll(verifier.verify(cases, name, c));
          progress.at(++done, name);
        }
      }
    }
    return verdicts;
  }

  private void print(List<Summary> summaries) {
    Table table =
        new Table("op", "execution", "cases", "passed", "worst error", "of allowed", "verdict");
    for (Summary s : summaries) {
      table.row(
          s.op,
          label(s.execution),
          s.cases,
          s.passed,
          format("%.1e", s.worstError),
          format("%.4f", s.worstRatio),
          s.cases == s.passed ? "ok" : "FAILED");
    }
    table.print(out());
  }

  private static String format(String pattern, double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, pattern, value) : "-";
  }

  private static String label(Execution execution) {
    return execution == null ? "-" : execution.name().toLowerCase(Locale.ROOT);
  }

  /** One row for each operation and execution, in the order of the verdicts. */
  private static List<Summary> summarise(List<Verdict> verdicts) {
    Map<List<Object>, Summary> rows = new LinkedHashMap<>();
    for (Verdict verdict : verdicts) {
      List<Object> key = Arrays.asList(verdict.op(), verdict.execution());
      rows.merge(key, Summary.of(verdict), Summary::and);
    }
    return List.copyOf(rows.values());
  }

  /**
   * Verdicts on one operation in one execution.
   *
   * @param worstError largest absolute error in float64
   * @param worstRatio largest error as a fraction of what is allowed, float32 included
   */
  private record Summary(
      String op, Execution execution, int cases, int passed, double worstError, double worstRatio) {

    static Summary of(Verdict v) {
      return new Summary(
          v.op(), v.execution(), 1, v.passed() ? 1 : 0, v.worstError(), v.worstRatio());
    }

    Summary and(Summary that) {
      return new Summary(
          op,
          execution,
          cases + that.cases,
          passed + that.passed,
          Math.max(worstError, that.worstError),
          Math.max(worstRatio, that.worstRatio));
    }

    Map<String, Object> toJson() {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("op", op);
      object.put("execution", execution == null ? null : label(execution));
      object.put("cases", cases);
      object.put("passed", passed);
      object.put("worstError", Double.isFinite(worstError) ? worstError : null);
      return object;
    }
  }
}
