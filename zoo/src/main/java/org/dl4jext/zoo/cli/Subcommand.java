package org.dl4jext.zoo.cli;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.concurrent.Callable;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What the subcommands share: where output goes, and {@code --json}.
 *
 * <p>{@link #call()} returns the exit code; {@link UsageException} and {@link
 * UnusableContentException} end a command with one line on stderr.
 */
public abstract class Subcommand implements Callable<Integer> {

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  @Option(
      names = {"-q", "--quiet"},
      description = "No notices and no progress on stderr.")
  private boolean quiet;

  @Spec private CommandSpec spec;

  /** Whether the result on stdout must be JSON and nothing else. */
  protected final boolean json() {
    return json;
  }

  /** Results. */
  protected final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  /** Notices and progress. */
  protected final PrintWriter err() {
    return quiet ? new PrintWriter(Writer.nullWriter()) : spec.commandLine().getErr();
  }

  /**
   * Progress on stderr.
   *
   * @param task what is being done, in a few words
   * @param steps how many steps there will be, or 0 if unknown
   */
  protected final Progress progress(String task, long steps) {
    return new Progress(err(), task, steps);
  }

  /** Prints a tree of maps, lists, records with getters, numbers and strings as one line. */
  protected final void printJson(Object tree) {
    try {
      out().println(new ObjectMapper().writeValueAsString(tree));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write the result as JSON", e);
    }
  }
}
