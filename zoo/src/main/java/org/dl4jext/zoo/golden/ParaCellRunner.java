package org.dl4jext.zoo.golden;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.dl4jext.samediff.cells.ParaEvaluation;
import org.dl4jext.samediff.cells.ParaGruSpec;
import org.dl4jext.samediff.cells.ParaKind;
import org.dl4jext.samediff.cells.ParaLayout;
import org.dl4jext.samediff.cells.ParaLstmSpec;
import org.dl4jext.samediff.cells.ParaSpec;

/** The two cells with diagonal recurrence: results, gradients and Newton iterates. */
final class ParaCellRunner implements OpRunner {

  private static final String ITERATE = "newton_";
  private static final int MANY_ITERATIONS = 8;
  private static final int MOST_ITERATIONS = 1000;

  private static final Map<String, ParaKind> KINDS =
      Map.of("pararnn_gru", ParaKind.GRU, "pararnn_lstm", ParaKind.LSTM);

  private static final Map<ParaKind, Map<String, String>> FUNCTIONS =
      Map.of(
          ParaKind.GRU,
          Map.of("update", "sigmoid", "reset", "sigmoid", "state", "tanh"),
          ParaKind.LSTM,
          Map.of("f", "sigmoid", "o", "sigmoid", "c", "tanh", "state", "tanh"));

  @Override
  public Set<String> ops() {
    return KINDS.keySet();
  }

  @Override
  public boolean hasExecutions() {
    return true;
  }

  @Override
  public List<Way> ways(GoldenCase c) {
    ParaKind kind = KINDS.get(c.op());
    CaseConfig config = new CaseConfig(c.config());
    int heads = config.integer("num_heads", 1);
    config.fixed("nonlin", FUNCTIONS.get(kind));
    config.info("newton_max_abs_err_vs_sequential").requireAllRead();
    ParaLayout layout = layout(c, kind, heads);
    Map<String, Integer> iterates = iterates(c);
    ParaSpec many = spec(kind, heads, ParaEvaluation.NEWTON, MANY_ITERATIONS, 1e-5);
    ParaLayout newton = new ParaLayout(many, layout.inputSize(), layout.outputSize());
    return List.of(
        new ParaWay("unit", c, layout, iterates, false),
        new ParaWay("unit by Newton iterations", c, newton, iterates, false),
        new ParaWay("SameDiff op", c, layout, iterates, true));
  }

  /** The layout of a case, whose arrays are checked. */
  private static ParaLayout layout(GoldenCase c, ParaKind kind, int heads) {
    Set<String> inputs = new LinkedHashSet<>(List.of("x", "A", "B", "b"));
    if (kind.peepholes() > 0) {
      inputs.add("C");
    }
    Set<String> outputs = new LinkedHashSet<>(kind.states());
    outputs.addAll(iterates(c).keySet());
    c.requireArrays(inputs, outputs);
    for (String cotangent : c.cotangents().keySet()) {
      if (!kind.states().contains(cotangent)) {
        throw new GoldenFormatException("cotangent of " + cotangent + ": it has no gradient");
      }
    }
    long width = c.inputOfRank(2, "A").size(1);
    GoldenArray x = c.inputOfRank(3, "x");
    if (width % heads != 0 || x.size(2) % heads != 0) {
      throw new GoldenFormatException(
          "configuration key num_heads has the value " + heads + "; allowed: a divisor of sizes");
    }
    c.input("A", ParaKind.GATES, width);
    c.input("b", ParaKind.GATES, width);
    c.input("B", heads, x.size(2) / heads, ParaKind.GATES, width / heads);
    if (kind.peepholes() > 0) {
      c.input("C", kind.peepholes(), width);
    }
    ParaSpec spec = spec(kind, heads, ParaEvaluation.SEQUENTIAL, MANY_ITERATIONS, 1);
    return new ParaLayout(spec, x.size(2), width);
  }

  private static Map<String, Integer> iterates(GoldenCase c) {
    Map<String, Integer> iterates = new TreeMap<>();
    for (String output : c.outputs().keySet()) {
      if (output.matches(ITERATE + "\\d{1,4}")) {
        int iteration = Integer.parseInt(output.substring(ITERATE.length()));
        if (iteration <= MOST_ITERATIONS) {
          iterates.put(output, iteration);
        }
      }
    }
    return iterates;
  }

  static ParaSpec spec(
      ParaKind kind, int heads, ParaEvaluation evaluation, int iterations, double tolerance) {
    return switch (kind) {
      case GRU -> new ParaGruSpec(heads, evaluation, iterations, tolerance);
      case LSTM -> new ParaLstmSpec(heads, evaluation, iterations, tolerance);
    };
  }
}
