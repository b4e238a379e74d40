package org.dl4jext.zoo.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class HelpTest {

  @TempDir Path folder;

  private static Stream<CommandLine> below(CommandLine line) {
    return Stream.concat(
        Stream.of(line), line.getSubcommands().values().stream().flatMap(HelpTest::below));
  }

  private static boolean acts(CommandLine line) {
    return line.getSubcommands().isEmpty() || line.getCommand() instanceof SweepCommand;
  }

  /** Names of the commands that do something. */
  static List<String> commands() {
    return below(Recurrent.commandLine())
        .filter(HelpTest::acts)
        .map(line -> line.getCommandSpec().qualifiedName())
        .toList();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandShowsAnExample(String command) {
    String[] words = command.substring("recurrent ".length()).split(" ");
    String[] args = Arrays.copyOf(words, words.length + 1);
    args[words.length] = "--help";
    String help =
        command.equals("recurrent help")
            ? Invocation.of("help", "--help").ok().out()
            : Invocation.of(args).ok().out();
    assertTrue(help.contains("  " + command + " ") || help.contains("  " + command + "\n"), help);
    assertFalse(help.contains("\u001b"), "colours only on a terminal");
  }

  static List<String> examples() {
    return Examples.lines();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void everyExampleIsACommandLine(String example) {
    CommandLine root = Recurrent.commandLine();
    CommandLine command = Examples.command(root, example);
    assertTrue(acts(command), example);
    String line = example.replaceAll(" [<>]\\S+$", "");
    assertDoesNotThrow(() -> root.parseArgs(line.substring("recurrent ".length()).split(" ")));
  }

  @Test
  void theShellCompletionKnowsCommandsAndOptions() {
    String script = Invocation.of("generate-completion").ok().out();
    assertTrue(script.startsWith("#!/usr/bin/env bash"));
    assertTrue(script.contains("zoo") && script.contains("--householders"));
  }

  @Test
  void everyCommandHasAManualPage() throws IOException {
    Invocation.of("gen-manpage", "--outdir", folder.toString()).ok();
    for (String command : commands()) {
      String page = Files.readString(folder.resolve(command.replace(' ', '-') + ".adoc"));
      assertTrue(page.contains(":doctype: manpage"), command);
    }
  }

  @Test
  void quietLeavesResultsAndErrorsOnly() throws IOException {
    Path table = Files.writeString(folder.resolve("a.csv"), "x\n");
    Invocation wrong = Invocation.of("evaluate", "missing.zip", "--data", table.toString(), "-q");
    assertEquals(2, wrong.code());
    assertEquals(1, wrong.err().lines().count(), wrong.err());
  }
}
