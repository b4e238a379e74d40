package org.dl4jext.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.dl4jext.recurrent.SequenceLayer;
import org.dl4jext.recurrent.cells.FlashLstm;
import org.dl4jext.recurrent.qkan.QkanLstm;
import org.dl4jext.recurrent.universal.UniversalTransformer;
import org.dl4jext.samediff.universal.HaltingScope;
import org.dl4jext.samediff.universal.UniversalSpec;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A process that computes when it is told to, so that a comparison can alternate between programs.
 *
 * <p>Reads lines from standard input: {@code check DIRECTORY} computes once and writes results
 * there, answer {@code done}; {@code run N} computes N times, answer the milliseconds of wall clock
 * and of CPU time of the calling thread for one call. Ends with its input.
 */
public final class Worker {

  /** What is compared. */
  interface Candidate {
    void run();

    /** Computes once and writes results as raw little-endian floats. */
    void check(Path directory) throws IOException;
  }

  private Worker() {}

  /**
   * Serves one candidate: {@code rule DIRECTORY B T H K n EXECUTION}, {@code delta-fit DIRECTORY B
   * T width heads n}, {@code lstm-fit | flash-fit | flash-kernel | qkan-kernel DIRECTORY B T inputs
   * width}, {@code plstm-grid DIRECTORY B X Y heads size}, {@code caching DIRECTORY B T H K
   * segment}, {@code universal-kernel DIRECTORY B T width heads steps}.
   */
  public static void main(String[] arguments) throws IOException {
    PrintStream answers = System.out;
    System.setOut(System.err);
    Candidate candidate = candidate(arguments);
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      String[] words = line.split(" ", 2);
      if (words[0].equals("check")) {
        candidate.check(Path.of(words[1]));
        answers.println("done");
        continue;
      }
      int calls = Integer.parseInt(words[1]);
      long cpu = threads.getCurrentThreadCpuTime();
      long wall = System.nanoTime();
      for (int i = 0; i < calls; i++) {
        candidate.run();
      }
      wall = System.nanoTime() - wall;
      cpu = threads.getCurrentThreadCpuTime() - cpu;
      answers.println(
          String.format(Locale.ROOT, "%.6f %.6f", wall / 1e6 / calls, cpu / 1e6 / calls));
    }
  }

  private static Candidate candidate(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[1]);
    int[] sizes =
        Arrays.stream(arguments, 2, arguments[0].equals("rule") ? 7 : arguments.length)
            .mapToInt(Integer::parseInt)
            .toArray();
    return switch (arguments[0]) {
      case "rule" -> new DeltaBench(directory, sizes, arguments[7]);
      case "delta-fit" -> FitCandidate.delta(directory, sizes);
      case "lstm-fit" -> FitCandidate.lstm(directory, sizes, false);
      case "flash-fit" -> FitCandidate.lstm(directory, sizes, true);
      case "flash-kernel" -> kernel(directory, new FlashLstm.Builder(), sizes);
      case "qkan-kernel" -> kernel(directory, new QkanLstm.Builder().reps(3), sizes);
      case "plstm-grid" -> RecurrenceBench.grid(directory, sizes);
      case "caching" -> RecurrenceBench.caching(directory, sizes);
      case "universal-kernel" -> universal(directory, sizes);
      default -> throw new IllegalArgumentException("unknown candidate '" + arguments[0] + "'");
    };
  }

  private static Candidate kernel(Path directory, SequenceLayer.Builder<?, ?> layer, int[] sizes)
      throws IOException {
    return new LayerKernelCandidate(
        directory, layer.nIn(sizes[2]).nOut(sizes[3]).build(), sizes[0], sizes[1]);
  }

  /** All steps, no halting. */
  private static Candidate universal(Path directory, int[] sizes) throws IOException {
    // With other numbers a hidden value may lie so near 0 that rounding decides about its unit.
    Nd4j.getRandom().setSeed(1);
    UniversalSpec spec =
        UniversalSpec.ofHeads(sizes[3])
            .with(Map.of("halting", HaltingScope.NONE, "maxSteps", sizes[4]));
    return new LayerKernelCandidate(
        directory,
        new UniversalTransformer.Builder().nIn(sizes[2]).nOut(sizes[2]).spec(spec).build(),
        sizes[0],
        sizes[1]);
  }
}
