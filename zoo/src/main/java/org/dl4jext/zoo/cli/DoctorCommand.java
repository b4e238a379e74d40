package org.dl4jext.zoo.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;

/** Tells what the library runs on, and tries it. */
@Command(
    name = "doctor",
    description = {
      "Shows what the library runs on: Java, backend, BLAS, threads, memory, GPU.",
      "Runs one operation in every execution; exit code 0 only if they agree."
    })
final class DoctorCommand extends Subcommand {

  @Override
  public Integer call() {
    List<Finding> findings = new ArrayList<>(Machine.java());
    findings.addAll(Machine.backend());
    findings.add(Machine.gpu());
    List<ExecutionTrial> trials = ExecutionTrial.all();
    boolean healthy = trials.stream().allMatch(ExecutionTrial::passed);
    if (json()) {
      printJson(toJson(findings, trials, healthy));
    } else {
      print(findings, trials);
    }
    return healthy ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private void print(List<Finding> findings, List<ExecutionTrial> trials) {
    int width = findings.stream().mapToInt(f -> f.name().length()).max().orElse(0);
    for (Finding finding : findings) {
      out()
          .println(
              finding.name() + " ".repeat(width - finding.name().length() + 2) + finding.value());
    }
    out().println();
    Table table = new Table("execution", "result", "error", "milliseconds");
    for (ExecutionTrial trial : trials) {
      table.row(trial.execution(), trial.result(), trial.errorText(), trial.millisecondsText());
    }
    table.print(out());
  }

  private static Map<String, Object> toJson(
      List<Finding> findings, List<ExecutionTrial> trials, boolean healthy) {
    Map<String, Object> object = new LinkedHashMap<>();
    findings.forEach(finding -> object.put(finding.key(), finding.value()));
    object.put("executions", trials.stream().map(ExecutionTrial::toJson).toList());
    object.put("healthy", healthy);
    return object;
  }

  /** A line of the report. */
  record Finding(String name, String value) {

    /** The name as a JSON key: heapLimit. */
    String key() {
      return Pattern.compile("[ -](.)")
          .matcher(name)
          .replaceAll(found -> found.group(1).toUpperCase(Locale.ROOT));
    }
  }
}
