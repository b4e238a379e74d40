package org.dl4jext.zoo.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Puts each line of {@code examples.txt} below the help of the command that it calls. */
final class Examples {

  private Examples() {}

  static void addTo(CommandLine root) {
    Map<CommandLine, List<String>> byCommand = new LinkedHashMap<>();
    for (String line : lines()) {
      byCommand.computeIfAbsent(command(root, line), c -> new ArrayList<>()).add("  " + line);
    }
    byCommand.forEach(
        (command, lines) -> {
          UsageMessageSpec help = command.getCommandSpec().usageMessage();
          if (help.footer().length > 0) { // picocli's own commands
            lines.add(help.footerHeading());
            lines.addAll(List.of(help.footer()));
          }
          help.footerHeading("%nExamples:%n");
          help.footer(lines.toArray(String[]::new));
        });
  }

  static List<String> lines() {
    try (InputStream in = Examples.class.getResourceAsStream("examples.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The innermost command that a line calls. */
  static CommandLine command(CommandLine root, String line) {
    CommandLine command = root;
    for (String word : line.split(" ", -1)) {
      command = command.getSubcommands().getOrDefault(word, command);
    }
    return command;
  }
}
