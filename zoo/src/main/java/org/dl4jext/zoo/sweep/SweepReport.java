package org.dl4jext.zoo.sweep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.dl4jext.zoo.plot.BarPlot;
import org.dl4jext.zoo.plot.ParallelCoordinates;
import org.dl4jext.zoo.plot.Plot;
import org.dl4jext.zoo.plot.ScatterPlot;
import org.dl4jext.zoo.report.OutputFolder;
import org.dl4jext.zoo.report.Report;

/** What a sweep leaves to read: candidates.csv and report.html. */
public final class SweepReport {

  private static final int MOST_ROWS = 200;

  private final SweepPlan plan;
  private final Sweep.Result result;
  private final List<JournalEntry> scored;
  private final double[] scores;
  private final SweepTable table;

  /** A report of what has been trained so far. */
  public SweepReport(SweepPlan plan, Sweep.Result result) {
    this.plan = plan;
    this.result = result;
    this.scored = result.entries().stream().filter(entry -> entry.score() != null).toList();
    this.scores = scored.stream().mapToDouble(JournalEntry::score).toArray();
    this.table = new SweepTable(result.entries(), plan.task().minimize());
  }

  /**
   * Writes both files.
   *
   * @param page with configuration and environment
   * @return the files by name
   */
  public Map<String, Path> write(Report page, Path folder) throws IOException {
    page.text("Result", summary());
    if (!scored.isEmpty()) {
      plots().forEach(page::plot);
    }
    page.table("Candidates", table.rows(MOST_ROWS));
    page.table("Space", plan.source().text().lines().map(List::of).toList());
    return new OutputFolder(folder)
        .add("candidates.csv", file -> Files.writeString(file, table.csv()))
        .add("report.html", page::write)
        .write();
  }

  private String summary() {
    int failed = result.entries().size() - scored.size();
    String counts =
        String.format(
            Locale.ROOT,
            "%d trainings, %d of them failed; %d candidates rejected before training, as their"
                + " values do not go together.%s",
            result.entries().size(),
            failed,
            result.rejected(),
            result.stopped() ? " Stopped before its end; --resume goes on." : "");
    JournalEntry best = result.best();
    return best == null
        ? counts
        : String.format(
            Locale.ROOT,
            "Best: candidate %d with %.4f (%s). Its model is %s. %s",
            best.candidate(),
            best.score(),
            plan.task().scoreName(),
            Sweep.MODEL,
            counts);
  }

  private List<Plot> plots() {
    String score = plan.task().scoreName();
    List<Plot> plots = new ArrayList<>();
    plots.add(ScatterPlot.history("History", score, scores, bestSoFar()));
    List<String> varying =
        plan.space().varying().keySet().stream()
            .filter(name -> table.parameters().contains(name))
            .toList();
    List<String> names = new ArrayList<>();
    List<Double> shares = new ArrayList<>();
    for (String name : varying) {
      List<JournalEntry> with = with(name);
      double[] own = with.stream().mapToDouble(JournalEntry::score).toArray();
      List<Object> values = with.stream().map(entry -> entry.parameters().get(name)).toList();
      double share = Importance.of(values, own);
      if (!Double.isNaN(share)) {
        names.add(name);
        shares.add(share);
      }
      plots.add(scatter(name, values, own, score));
    }
    if (varying.size() > 1) {
      plots.add(1, coordinates(varying));
    }
    if (!names.isEmpty()) {
      plots.add(
          1,
          BarPlot.shares(
              "Importance: variance of the scores that a parameter tells by itself",
              "share of the variance",
              names,
              shares));
    }
    return plots;
  }

  private List<JournalEntry> with(String parameter) {
    return scored.stream().filter(entry -> entry.parameters().containsKey(parameter)).toList();
  }

  private double[] bestSoFar() {
    double[] best = scores.clone();
    for (int i = 1; i < best.length; i++) {
      best[i] =
          plan.task().minimize() ? Math.min(best[i - 1], best[i]) : Math.max(best[i - 1], best[i]);
    }
    return best;
  }

  private static Plot scatter(String name, List<Object> values, double[] scores, String score) {
    if (values.stream().allMatch(Number.class::isInstance)) {
      double[] x = values.stream().mapToDouble(v -> ((Number) v).doubleValue()).toArray();
      return ScatterPlot.overNumbers(name, name, score, x, scores);
    }
    List<String> names = values.stream().map(String::valueOf).distinct().sorted().toList();
    int[] x = values.stream().mapToInt(v -> names.indexOf(String.valueOf(v))).toArray();
    return ScatterPlot.overNames(name, name, score, names, x, scores);
  }

  /** Axes as the search knows the parameters, and the score on the right. */
  private Plot coordinates(List<String> varying) {
    List<String> order = List.copyOf(plan.space().varying().keySet());
    List<String> axes = new ArrayList<>(varying);
    axes.add("score");
    int[] ranks =
        IntStream.range(0, scores.length)
            .map(i -> (int) IntStream.range(0, scores.length).filter(j -> worse(j, i)).count())
            .toArray();
    double most = Math.max(1, scores.length - 1);
    double[][] lines = new double[scores.length][axes.size()];
    double low = IntStream.range(0, scores.length).mapToDouble(i -> scores[i]).min().orElseThrow();
    double high = IntStream.range(0, scores.length).mapToDouble(i -> scores[i]).max().orElseThrow();
    for (int i = 0; i < lines.length; i++) {
      JournalEntry entry = scored.get(i);
      for (int a = 0; a < varying.size(); a++) {
        boolean counts = entry.parameters().containsKey(varying.get(a));
        lines[i][a] = counts ? entry.values()[order.indexOf(varying.get(a))] : Double.NaN;
      }
      lines[i][varying.size()] = high == low ? 0.5 : (scores[i] - low) / (high - low);
    }
    double[] shades = IntStream.of(ranks).mapToDouble(rank -> rank / most).toArray();
    return ParallelCoordinates.of(
        "Parallel coordinates, each from its lowest to its highest; the better, the darker",
        axes,
        lines,
        shades);
  }

  private boolean worse(int j, int i) {
    return plan.task().minimize() ? scores[j] > scores[i] : scores[j] < scores[i];
  }
}
