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
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

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

  @ParameterizedTest
  @MethodSource("commands")
  void everyOptionStandsOnceAndSaysWhatItTakesInOneWord(String command) {
    CommandLine line = Examples.command(Recurrent.commandLine(), command);
    List<String> help = line.getUsageMessage().lines().map(String::strip).toList();
    for (OptionSpec option : line.getCommandSpec().options()) {
      if (!option.userObject().toString().contains(" picocli.")) {
        String name = option.longestName().replace("--no-", "--[no-]");
        String shown = "(-\\w, )?" + Pattern.quote(name) + "(=\\S+)?(  .*)?"; // not the synopsis
        assertEquals(1, help.stream().filter(text -> text.matches(shown)).count(), name);
        boolean takes = option.arity().max() > 0;
        assertTrue(!takes || option.paramLabel().matches("[A-Z]+"), option::toString);
      }
    }
  }

  /** Lists of commands show the first line of a description alone. */
  @Test
  void everyDescriptionBeginsWithAWholeSentence() {
    List<String> cut =
        below(Recurrent.commandLine())
            .map(line -> line.getCommandSpec().usageMessage().description())
            .filter(lines -> lines.length > 0 && !lines[0].matches(".*[.?]"))
            .map(lines -> lines[0])
            .toList();
    assertEquals(List.of(), cut);
  }

  /** The lines that a reader types, in the sessions of the page. */
  private static List<String> typed() throws IOException {
    return Files.readAllLines(Path.of("..", "docs", "command-line.md")).stream()
        .filter(line -> line.startsWith("$ ") && line.contains("./recurrent "))
        .map(line -> line.substring(line.indexOf("./recurrent ") + 2))
        .map(line -> line.replaceAll("\\)$", ""))
        .toList();
  }

  @Test
  void theDocsHoldASessionOfEveryCommand() throws IOException {
    CommandLine root = Recurrent.commandLine();
    Set<String> shown = new TreeSet<>();
    for (String line : typed()) {
      assertDoesNotThrow(() -> root.parseArgs(line.substring("recurrent ".length()).split(" ")));
      shown.add(Examples.command(root, line).getCommandSpec().qualifiedName());
    }
    List<String> missing = commands().stream().filter(name -> !shown.contains(name)).toList();
    assertEquals(List.of(), missing);
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
