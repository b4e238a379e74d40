package org.dl4jext.zoo.golden;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dl4jext.samediff.cells.CellKind;
import org.dl4jext.samediff.cells.CellSpec;
import org.dl4jext.samediff.cells.CellUnits;
import org.dl4jext.samediff.cells.Cells;
import org.dl4jext.samediff.cells.ElmanSpec;
import org.dl4jext.samediff.cells.GruSpec;
import org.dl4jext.samediff.cells.LstmSpec;
import org.dl4jext.samediff.cells.SlstmSpec;
import org.nd4j.autodiff.samediff.SDVariable;

/** The four head-wise recurrences. */
final class CellRecurrenceRunner implements OpRunner {

  private static final Map<String, CellSpec> SPECS =
      Map.of(
          "elman", ElmanSpec.classic(),
          "lstm", LstmSpec.classic(),
          "gru", GruSpec.classic(),
          "slstm", SlstmSpec.ofHeads(1));

  private static final String PREFIX = "flashrnn_";
  private static final int FIRST_STATE = 3;

  @Override
  public Set<String> ops() {
    Set<String> ops = new LinkedHashSet<>();
    SPECS.keySet().forEach(name -> ops.add(PREFIX + name));
    return ops;
  }

  @Override
  public boolean hasExecutions() {
    return true;
  }

  @Override
  public List<Way> ways(GoldenCase c) {
    String function = c.op().substring(PREFIX.length());
    CellKind kind = SPECS.get(function).kind();
    CaseConfig config = new CaseConfig(c.config());
    config.fixed("function", function);
    List<String> gates = kind.gateNames();
    config.fixed("gates_Wx", gates.subList(kind.firstInputGate(), gates.size()));
    config.fixed("gates_R", gates.subList(0, kind.recurrentGates()));
    config.fixed("gates_b", gates);
    config.fixed("states", kind.states());
    config.info("num_heads").requireAllRead();
    List<String> inputs = new ArrayList<>(List.of("Wx", "R", "b"));
    List<String> outputs = new ArrayList<>(List.of("h"));
    for (String state : kind.states()) {
      inputs.add("init_" + state);
      outputs.add("last_" + state);
    }
    CellSpec spec = spec(function, requireArrays(c, kind, inputs, outputs));
    return UnitWay.unitAndOp(
        c,
        inputs,
        outputs,
        (execution, type) -> CellUnits.recurrence(spec, execution, type),
        given -> graph(spec, given));
  }

  private static Passes graph(CellSpec spec, Passes.Arguments given) {
    return DeltaGraphs.run(
        given,
        (sd, in) -> {
          List<SDVariable> states = Arrays.asList(in).subList(FIRST_STATE, in.length);
          Cells.Result result = Cells.recurrence(sd, in[0], in[1], in[2], states, spec);
          List<SDVariable> outputs = new ArrayList<>(List.of(result.outputs()));
          outputs.addAll(result.states());
          return outputs;
        });
  }

  /** Checks names and shapes; returns the number of heads. */
  private static int requireArrays(
      GoldenCase c, CellKind kind, List<String> inputs, List<String> outputs) {
    c.requireArrays(new LinkedHashSet<>(inputs), new LinkedHashSet<>(outputs));
    GoldenArray x = c.inputOfRank(5, "Wx");
    long heads = x.size(3);
    long size = x.size(4);
    c.input("Wx", x.size(0), x.size(1), kind.inputGates(), heads, size);
    c.input("R", kind.recurrentGates(), heads, size, size);
    c.input("b", kind.gates(), heads, size);
    for (String state : kind.states()) {
      c.input("init_" + state, x.size(0), heads, size);
    }
    return Math.toIntExact(heads);
  }

  private static CellSpec spec(String function, int heads) {
    return switch (function) {
      case "elman" -> ElmanSpec.classic().withHeads(heads);
      case "lstm" -> LstmSpec.classic().withHeads(heads);
      case "gru" -> new GruSpec(heads);
      default -> SlstmSpec.ofHeads(heads);
    };
  }
}
