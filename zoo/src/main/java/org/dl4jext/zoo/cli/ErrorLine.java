package org.dl4jext.zoo.cli;

import java.io.FileNotFoundException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Answers every error with one line on stderr and an exit code. */
final class ErrorLine implements IParameterExceptionHandler, IExecutionExceptionHandler {

  private final boolean stacktrace;

  ErrorLine(boolean stacktrace) {
    this.stacktrace = stacktrace;
  }

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    return report(e, e.getCommandLine());
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine line, ParseResult parsed) {
    return report(e, line);
  }

  /** Prints the error and returns the exit code that belongs to it. */
  int report(Throwable error, CommandLine line) {
    String command = line.getCommandSpec().qualifiedName();
    boolean usage = error instanceof UsageException || error instanceof ParameterException;
    String hint = usage ? " (see " + command + " --help)" : "";
    PrintWriter err = line.getErr();
    err.println(command + ": " + message(error) + hint);
    if (stacktrace) {
      error.printStackTrace(err);
    }
    err.flush();
    return usage ? CommandLine.ExitCode.USAGE : CommandLine.ExitCode.SOFTWARE;
  }

  private static String message(Throwable error) {
    String text = error.getMessage() == null ? "" : error.getMessage().strip();
    String oneLine = text.replaceAll("\\s*\\R\\s*", " ");
    boolean explained =
        !oneLine.isEmpty()
            && (error instanceof UsageException
                || error instanceof UnusableContentException
                || error instanceof ParameterException
                || error instanceof IllegalArgumentException);
    if (explained) {
      return oneLine;
    }
    if (error instanceof NoSuchFileException || error instanceof FileNotFoundException) {
      return "no such file: " + oneLine;
    }
    if (error instanceof AccessDeniedException) {
      return "access denied: " + oneLine;
    }
    String kind = error.getClass().getSimpleName();
    return (oneLine.isEmpty() ? kind : kind + ": " + oneLine)
        + " ("
        + Recurrent.STACKTRACE
        + " shows where)";
  }
}
