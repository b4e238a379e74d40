package org.dl4jext.zoo.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.dl4jext.zoo.forecast.ForecastModel;
import org.dl4jext.zoo.forecast.SeriesStream;
import org.dl4jext.zoo.models.StoredModel;
import org.dl4jext.zoo.stream.ModelStream;
import org.dl4jext.zoo.stream.NetworkStream;
import org.dl4jext.zoo.stream.StreamFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code recurrent stream}: a model as a filter of lines. */
@Command(
    name = "stream",
    description = {
      "Answers each line of numbers on stdin by a line of numbers on stdout, and keeps the state.",
      "A line holds the inputs of one step, or the token of a model of tokens, or the columns of a"
          + " forecasting model, which answers with the targets of the next row. Numbers stand"
          + " between commas or blanks; answers between commas, or with --json as JSON arrays."
    })
final class StreamCommand extends Subcommand {

  @Mixin private ModelArgument model;

  @Option(
      names = "--state",
      paramLabel = "FILE",
      description = "Go on from the state in this file if it is there, and write it at the end.")
  private Path state;

  @Option(names = "--reset", description = "Start over: do not read the file of --state.")
  private boolean reset;

  @Override
  public Integer call() throws IOException {
    Path file = model.file(this);
    StoredModel stored = ModelArgument.load(file);
    ModelStream stream = stream(stored, file);
    StreamFile states = state == null ? null : new StreamFile(state, stored.sha256());
    if (states != null && !reset && Files.exists(state)) {
      try {
        states.read(stream);
      } catch (IOException e) {
        throw new UnusableContentException("--state: " + e.getMessage(), e);
      }
    }
    try {
      answer(stream);
    } finally {
      if (states != null) {
        states.write(stream);
      }
    }
    return ExitCode.OK;
  }

  private static ModelStream stream(StoredModel stored, Path file) {
    try {
      return ForecastModel.isIn(stored)
          ? new SeriesStream(ForecastModel.of(stored, file.toString()))
          : new NetworkStream(stored.network());
    } catch (IOException e) {
      throw new UnusableContentException(file + ": " + e.getMessage(), e);
    }
  }

  /** Until the input ends or nobody reads the output. */
  private void answer(ModelStream stream) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String line = in.readLine();
    for (long number = 1; line != null && !out().checkError(); number++) {
      String answers =
          Arrays.stream(stream.step(numbers(line, number, stream.inputs())))
              .mapToObj(StreamCommand::text)
              .collect(Collectors.joining(","));
      out().println(json() ? "[" + answers.replace("NaN", "null") + "]" : answers);
      out().flush();
      line = in.readLine();
    }
  }

  private static double[] numbers(String line, long number, int inputs) {
    String[] words = line.isBlank() ? new String[0] : line.strip().split("[,;\\s]+");
    if (words.length != inputs) {
      throw new UnusableContentException(
          "line " + number + " has " + words.length + " numbers; needed: " + inputs);
    }
    double[] numbers = new double[inputs];
    for (int i = 0; i < inputs; i++) {
      try {
        numbers[i] = Double.parseDouble(words[i]);
      } catch (NumberFormatException e) {
        throw new UnusableContentException(
            "line " + number + ": '" + words[i] + "' is not a number", e);
      }
      if (!Double.isFinite(numbers[i])) {
        throw new UnusableContentException("line " + number + ": '" + words[i] + "' is not finite");
      }
    }
    return numbers;
  }

  /** What came from a float as the shortest text of that float. */
  private static String text(double value) {
    return (float) value == value ? Float.toString((float) value) : Double.toString(value);
  }
}
