package org.dl4jext.zoo.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.dl4jext.zoo.sweep.Journal;
import org.dl4jext.zoo.sweep.JournalEntry;
import org.dl4jext.zoo.sweep.SweepPlan;
import org.dl4jext.zoo.sweep.SweepReplay;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code recurrent sweep replay}: trains a candidate of a sweep again. */
@Command(
    name = "replay",
    description =
        "Trains a candidate of a sweep again and compares the score; exit code 1 if it"
            + " differs.")
final class SweepReplayCommand extends Subcommand {

  @Parameters(index = "0", paramLabel = "DIR", description = "Folder of the sweep.")
  private Path folder;

  @Parameters(index = "1", paramLabel = "CANDIDATE", description = "Its number.")
  private int candidate;

  @Override
  public Integer call() throws Exception {
    if (!Journal.exists(folder)) {
      throw new UsageException(folder + " holds no sweep: there is no " + Journal.FILE);
    }
    JournalEntry entry =
        Journal.readEntries(folder).stream()
            .filter(line -> line.candidate() == candidate)
            .findFirst()
            .orElseThrow(
                () -> new UsageException("candidate " + candidate + " is not in the journal"));
    if (entry.status() != JournalEntry.Status.COMPLETE) {
      throw new UsageException(
          "candidate "
              + candidate
              + " has status "
              + entry.status()
              + "; only COMPLETE ones can be replayed");
    }
    SweepPlan plan = SweepCommand.plan(Journal.readHeader(folder).source());
    double score;
    try (Progress progress = progress("candidate " + candidate, entry.steps())) {
      score = SweepReplay.score(plan, entry, step -> progress.at(step, ""));
    }
    boolean same = score == entry.score();
    if (json()) {
      Map<String, Object> tree = new LinkedHashMap<>();
      tree.put("candidate", candidate);
      tree.put("parameters", entry.parameters());
      tree.put("journal", entry.score());
      tree.put("replay", score);
      tree.put("same", same);
      printJson(tree);
    } else {
      out()
          .printf(
              Locale.ROOT,
              "candidate %d %s%n%s: %s in the journal, %s now: %s%n",
              candidate,
              entry.parameters(),
              plan.task().scoreName(),
              entry.score(),
              score,
              same ? "the same" : "different");
    }
    return same ? 0 : 1;
  }
}
