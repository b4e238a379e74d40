package org.dl4jext.zoo.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.deeplearning4j.nn.api.Model;
import org.dl4jext.zoo.cli.DoctorCommand.Finding;
import org.dl4jext.zoo.models.SafeModels;
import org.dl4jext.zoo.plot.Plot;
import org.dl4jext.zoo.report.OutputFolder;
import org.dl4jext.zoo.report.Report;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code --out}: the folder of a training command, with a report to read. */
final class RunOutput {

  private static final Set<String> NOT_OF_THE_RUN =
      Set.of("--help", "--version", "--json", "--quiet", Recurrent.STACKTRACE);

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "${COMMAND-NAME}",
      description = "Folder of the files, report.html among them. Default: ${DEFAULT-VALUE}.")
  private Path folder;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /** The folder. */
  Path folder() {
    return folder;
  }

  /** Refuses a folder that cannot be one, before time is spent. */
  void require() {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new UsageException("--out is " + folder + ", a file; needed: a directory");
    }
  }

  /** A report that knows its configuration and environment. */
  Report report(String title) {
    Map<String, Object> options = new TreeMap<>();
    for (OptionSpec option : command.options()) {
      String name = option.longestName();
      if (!NOT_OF_THE_RUN.contains(name) && option.getValue() != null) {
        options.put(option.negatable() ? name.replace("--no-", "--") : name, option.getValue());
      }
    }
    List<String> line = new ArrayList<>(List.of(command.root().name()));
    line.addAll(command.root().commandLine().getParseResult().originalArgs());
    Map<String, String> environment = new LinkedHashMap<>();
    List<Finding> findings = new ArrayList<>(Machine.java());
    findings.addAll(Machine.backend());
    findings.add(Machine.gpu());
    findings.forEach(finding -> environment.put(finding.name(), finding.value()));
    return new Report(title)
        .configuration(String.join(" ", line), options)
        .environment(environment);
  }

  /**
   * Writes what a run leaves behind: metrics.json, the plots as PNG, report.html, and model.zip.
   *
   * @param model null if there is no single one
   * @param metrics tree of maps, lists, numbers and strings
   * @param table the metrics to read
   * @param plots by the names of their files
   * @return the files by name without suffix
   */
  Map<String, Path> write(
      String title, Model model, Object metrics, Table table, Map<String, Plot> plots)
      throws IOException {
    Report report = report(title).table("Metrics", table.rows());
    OutputFolder out = new OutputFolder(folder);
    if (model != null) {
      out.add("model.zip", file -> SafeModels.save(model, file, Map.of("task", title)));
    }
    out.add(
        "metrics.json",
        file ->
            new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(file.toFile(), metrics));
    plots.forEach(
        (name, plot) -> {
          report.plot(plot);
          out.add(name + ".png", plot::write);
        });
    Map<String, Path> files = new LinkedHashMap<>();
    out.add("report.html", report::write)
        .write()
        .forEach((name, file) -> files.put(name.substring(0, name.indexOf('.')), file));
    return files;
  }

  /** The files as JSON. */
  static Map<String, String> names(Map<String, Path> files) {
    Map<String, String> names = new LinkedHashMap<>();
    files.forEach((name, file) -> names.put(name, file.toString()));
    return names;
  }

  /** The files, a line each. */
  static void print(Map<String, Path> files, PrintWriter out) {
    int width = files.keySet().stream().mapToInt(String::length).max().orElse(0);
    files.forEach((name, file) -> out.println(name + " ".repeat(width + 2 - name.length()) + file));
  }
}
