package org.dl4jext.samediff.op;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.array.SingleThreadArrayHolder;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Builds the gradient function of a graph without a word on stdout.
 *
 * <p>{@code SameDiff.createGradFunction} prints a line for each op that it differentiates, and
 * nothing turns that off. Replacing {@code System.out} meanwhile is not safe with two threads. So
 * this class does the differentiation itself: it clones the graph by SameDiff's own means,
 * differentiates the ops that lie between the wanted variables and the loss in reverse order, each
 * by its own {@code diff}, and stores the result under the name {@code "grad"}, where {@code fit},
 * {@code calculateGradients} and {@code grad(..)} look for it first.
 *
 * <p>Graphs with control flow (loops, conditions) are not supported, as they have no gradients in
 * SameDiff. Different graphs may be differentiated by different threads at once.
 */
public final class Gradients {

  private static final String NAME = "grad";

  private Gradients() {}

  /**
   * Creates the gradient function of {@code sd.getLossVariables()}, or returns the one that exists.
   *
   * @param alsoWanted names of placeholders and constants whose gradients are wanted beside those
   *     of all floating variables
   * @return the function {@code "grad"}: the forward graph plus a variable for each gradient
   * @throws IllegalStateException if no loss variable is set, or the gradient function exists
   *     without one of the wanted gradients
   */
  public static SameDiff create(SameDiff sd, String... alsoWanted) {
    if (sd.getFunction(NAME) == null) {
      List<String> losses = sd.getLossVariables();
      if (losses.isEmpty()) {
        throw new IllegalStateException("gradients: no loss variable; call setLossVariables first");
      }
      for (String name : alsoWanted) {
        requireFloating(sd, name);
      }
      sd.defineFunction(
          NAME,
          (function, inputs, variables) -> {
            function.setArrayHolders(
                new SingleThreadArrayHolder(), new SingleThreadArrayHolder(), false);
            sd.invokeGraphOn(function);
            adopt(function);
            differentiate(function, losses, Arrays.asList(alsoWanted));
            return new SDVariable[0];
          });
      adopt(sd);
    }
    SameDiff function = sd.getFunction(NAME);
    for (String name : alsoWanted) {
      if (function.getVariable(name).gradient() == null) {
        throw new IllegalStateException(
            "gradients: the gradient function has no gradient of '"
                + name
                + "'; the loss does not depend on it, or the function was created without it");
      }
    }
    return function;
  }

  private static void requireFloating(SameDiff sd, String name) {
    if (!sd.hasVariable(name) || !sd.getVariable(name).dataType().isFPType()) {
      throw new IllegalArgumentException(
          "gradients: '" + name + "' is not a floating variable of the graph");
    }
  }

  /** Cloning leaves ops and variables that point to the other graph. */
  private static void adopt(SameDiff sd) {
    for (SDVariable variable : sd.variables()) {
      variable.setSameDiff(sd);
    }
    for (SameDiffOp op : sd.getOps().values()) {
      DifferentialFunction function = op.getOp();
      function.setSameDiff(sd);
      for (SDVariable variable : function.args()) {
        variable.setSameDiff(sd);
      }
      for (SDVariable variable : function.outputVariables()) {
        variable.setSameDiff(sd);
      }
    }
  }

  private static void differentiate(
      SameDiff function, List<String> losses, Collection<String> alsoWanted) {
    List<SameDiffOp> order = order(function);
    Set<String> wanted = new LinkedHashSet<>(alsoWanted);
    for (SDVariable variable : function.variables()) {
      if (variable.getVariableType() == VariableType.VARIABLE && variable.dataType().isFPType()) {
        wanted.add(variable.name());
      }
    }
    Set<String> dependent = dependentOn(wanted, order, function);
    for (String loss : losses) {
      SDVariable variable = function.getVariable(loss);
      SDVariable one = function.constant(loss + "-one", Nd4j.scalar(variable.dataType(), 1.0));
      function.setGradientForVariableName(loss, one);
    }
    for (int i = order.size() - 1; i >= 0; i--) {
      SameDiffOp op = order.get(i);
      boolean onPath =
          op.getOutputsOfOp().stream()
              .anyMatch(o -> dependent.contains(o) && function.getVariable(o).hasGradient());
      if (onPath) {
        op.getOp().diff(outputGradients(function, op));
      }
    }
  }

  /** Gradients of an op's outputs: zeros for those on which the loss does not depend. */
  private static List<SDVariable> outputGradients(SameDiff function, SameDiffOp op) {
    List<SDVariable> gradients = new ArrayList<>();
    for (String output : op.getOutputsOfOp()) {
      SDVariable variable = function.getVariable(output);
      if (!variable.dataType().isFPType()) {
        gradients.add(null);
      } else {
        SDVariable gradient = variable.gradient();
        gradients.add(gradient == null ? function.zerosLike(variable) : gradient);
      }
    }
    return gradients;
  }

  /** The floating variables that depend on the wanted ones along floating variables. */
  private static Set<String> dependentOn(
      Set<String> wanted, List<SameDiffOp> order, SameDiff function) {
    Set<String> dependent = new LinkedHashSet<>(wanted);
    for (SameDiffOp op : order) {
      List<String> inputs = op.getInputsToOp();
      if (inputs != null && inputs.stream().anyMatch(dependent::contains)) {
        for (String output : op.getOutputsOfOp()) {
          if (function.getVariable(output).dataType().isFPType()) {
            dependent.add(output);
          }
        }
      }
    }
    return dependent;
  }

  /** The ops, each after those whose outputs it reads. */
  private static List<SameDiffOp> order(SameDiff function) {
    Map<String, Integer> missing = new LinkedHashMap<>();
    Deque<SameDiffOp> ready = new ArrayDeque<>();
    for (SameDiffOp op : function.getOps().values()) {
      int count = 0;
      for (String input : distinctInputs(op)) {
        count += function.getVariables().get(input).getOutputOfOp() == null ? 0 : 1;
      }
      missing.put(op.getName(), count);
      if (count == 0) {
        ready.add(op);
      }
    }
    List<SameDiffOp> order = new ArrayList<>();
    while (!ready.isEmpty()) {
      SameDiffOp op = ready.remove();
      order.add(op);
      for (String output : op.getOutputsOfOp()) {
        List<String> readers = function.getVariables().get(output).getInputsForOp();
        for (String reader : readers == null ? Set.<String>of() : new LinkedHashSet<>(readers)) {
          if (missing.merge(reader, -1, Integer::sum) == 0) {
            ready.add(function.getOps().get(reader));
          }
        }
      }
    }
    if (order.size() != missing.size()) {
      throw new IllegalArgumentException("gradients: the graph has a loop; allowed: none");
    }
    return order;
  }

  private static Set<String> distinctInputs(SameDiffOp op) {
    List<String> inputs = op.getInputsToOp();
    return inputs == null ? Set.of() : new LinkedHashSet<>(inputs);
  }
}
