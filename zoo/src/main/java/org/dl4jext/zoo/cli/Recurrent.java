package org.dl4jext.zoo.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Properties;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/**
 * The {@code recurrent} command line.
 *
 * <p>Results go to stdout, progress and errors to stderr. Exit codes: 0 ok, 1 failed, 2 bad usage.
 */
@Command(
    name = "recurrent",
    description = "Modern recurrent sequence layers for DeepLearning4j.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Recurrent.Version.class,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:ok", "1:failed, or unusable content of a file", "2:bad usage"},
    subcommands = {
      ForecastCommand.class,
      PredictCommand.class,
      EvaluateCommand.class,
      ConvertCommand.class,
      ZooCommand.class,
      ShowCommand.class,
      StreamCommand.class,
      TrainCommand.class,
      SweepCommand.class,
      TrainZooCommand.class,
      ListCommand.class,
      VerifyCommand.class,
      DoctorCommand.class,
      CommandLine.HelpCommand.class,
      AutoComplete.GenerateCompletion.class,
      ManPageGenerator.class,
    })
public final class Recurrent implements Runnable {

  static final String STACKTRACE = "--stacktrace";

  /** Declared for the help; read from the raw arguments, since parsing them may be what fails. */
  @SuppressWarnings("UnusedVariable")
  @Option(
      names = STACKTRACE,
      scope = ScopeType.INHERIT,
      description = "Print the stack trace of an error.")
  private boolean stacktrace;

  @Spec private CommandSpec spec;

  /** Without a subcommand there is nothing to do. */
  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "missing subcommand; there are " + spec.subcommands().keySet());
  }

  public static void main(String[] args) {
    prepareLogging();
    PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    // Some library code prints to stdout, which belongs to the results.
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    int code = run(out, err, args);
    out.flush();
    err.flush();
    System.exit(code);
  }

  /**
   * Runs one command line.
   *
   * @return the exit code
   */
  @SuppressWarnings("CatchAndPrintStackTrace")
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    ErrorLine errors = new ErrorLine(Arrays.asList(args).contains(STACKTRACE));
    CommandLine line =
        commandLine()
            .setOut(out)
            .setErr(err)
            .setParameterExceptionHandler(errors)
            .setExecutionExceptionHandler(errors);
    try {
      return line.execute(args);
    } catch (Error e) { // picocli handles exceptions only: no memory, no native library
      return errors.report(e, line);
    }
  }

  /** All commands, with examples in their help. */
  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Recurrent()).setCaseInsensitiveEnumValuesAllowed(true);
    Examples.addTo(line);
    return line;
  }

  /** Must come before the first logger is made; a user's own choice stays. */
  private static void prepareLogging() {
    String property = "logback.configurationFile";
    if (System.getProperty(property) == null) {
      System.setProperty(property, "org/dl4jext/zoo/cli/logback.xml");
    }
  }

  /** The version that Maven writes into the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
      Properties properties = new Properties();
      try (InputStream in =
          Recurrent.class.getResourceAsStream("/META-INF/maven/org.dl4jext/zoo/pom.properties")) {
        if (in != null) {
          properties.load(in);
        }
      }
      return new String[] {"recurrent " + properties.getProperty("version", "(not from a jar)")};
    }
  }
}
