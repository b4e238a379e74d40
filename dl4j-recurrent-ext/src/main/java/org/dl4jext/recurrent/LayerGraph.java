package org.dl4jext.recurrent;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.op.Gradients;
import org.dl4jext.samediff.op.SelectOp;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.array.SingleThreadArrayHolder;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.autodiff.samediff.internal.Variable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The SameDiff graph of a layer for one number of steps, with or without mask.
 *
 * <p>The loss is the sum of the outputs times placeholders for their gradients, plus the auxiliary
 * loss. In the gradient function every forward result that the backward ops read is a placeholder:
 * the training forward pass returns these results and the backward pass takes them in, so that the
 * forward ops run once.
 */
final class LayerGraph {

  private static final String X = "x";
  private static final String MASK = "mask";
  private static final String PARAMETER = "parameter_";
  private static final String STATE = "state_";
  private static final String GRADIENT = "outputGradient_";
  private static final String DROPOUT = "dropout_";

  /** A dropout placeholder: where it goes and how to sample it. */
  record Dropout(String placeholder, double keepProbability, TensorShape shape) {}

  private final GraphUnit.Sizes sizes;
  private final SameDiff sd = SameDiff.create();
  private final GraphSession session = new GraphSession(sd);
  private final List<Dropout> dropouts = new ArrayList<>();
  private final List<String> outputs = new ArrayList<>();
  private final String auxiliaryLoss;
  private final boolean masked;
  private GraphSession gradientSession;
  private List<String> inputGradients;
  private Set<String> kept;

  LayerGraph(
      GraphUnit.Sizes sizes,
      long steps,
      boolean masked,
      DataType dataType,
      GraphDefinition definition) {
    this.sizes = sizes;
    this.masked = masked;
    sd.setArrayHolders(new SingleThreadArrayHolder(), new SingleThreadArrayHolder(), false);
    SDVariable x = sd.placeHolder(X, dataType, -1, steps, sizes.nIn());
    SDVariable mask = masked ? sd.placeHolder(MASK, dataType, -1, steps) : null;
    SDVariable visible = masked ? SelectOp.apply(sd, mask, x, sd.zerosLike(x)) : x;
    Map<String, SDVariable> parameters = new LinkedHashMap<>();
    for (TensorShape p : sizes.parameters()) {
      parameters.put(p.name(), sd.placeHolder(PARAMETER + p.name(), dataType, p.toArray()));
    }
    Map<String, SDVariable> states = new LinkedHashMap<>();
    for (TensorShape s : sizes.states()) {
      states.put(s.name(), sd.placeHolder(STATE + s.name(), dataType, s.withBatch(-1)));
    }
    GraphDefinition.Outputs defined =
        definition.define(
            new GraphDefinition.Inputs(
                sd,
                visible,
                mask,
                parameters,
                states,
                steps,
                (name, keepProbability, shape) -> dropout(dataType, name, keepProbability, shape)));
    SDVariable y = defined.y();
    y = masked ? SelectOp.apply(sd, mask, y, sd.zerosLike(y)) : sd.identity(y);
    SDVariable loss = addOutput(y, dataType, -1, steps, sizes.nOut());
    for (TensorShape s : sizes.states()) {
      SDVariable after = sd.identity(defined.states().get(s.name()));
      loss = loss.add(addOutput(after, dataType, s.withBatch(-1)));
    }
    if (defined.auxiliaryLoss() != null) {
      loss = loss.add(defined.auxiliaryLoss());
    }
    auxiliaryLoss =
        defined.auxiliaryLoss() == null ? null : sd.identity(defined.auxiliaryLoss()).name();
    sd.setLossVariables(loss.name());
  }

  private SDVariable addOutput(SDVariable output, DataType dataType, long... shape) {
    SDVariable gradient = sd.placeHolder(GRADIENT + outputs.size(), dataType, shape);
    outputs.add(output.name());
    return output.mul(gradient).sum();
  }

  private SDVariable dropout(
      DataType dataType, String name, double keepProbability, long... shape) {
    if (!(keepProbability > 0 && keepProbability <= 1)) {
      throw new IllegalArgumentException(
          "dropout '" + name + "': keepProbability is " + keepProbability + "; allowed: (0,1]");
    }
    TensorShape tensor = TensorShape.state(name, shape);
    dropouts.add(new Dropout(DROPOUT + name, keepProbability, tensor));
    return sd.placeHolder(DROPOUT + name, dataType, tensor.withBatch(-1));
  }

  List<Dropout> dropouts() {
    return dropouts;
  }

  /** Names of y and of the states after the last step. */
  List<String> outputs() {
    return outputs;
  }

  /** Name of the auxiliary loss; null if there is none. */
  String auxiliaryLoss() {
    return auxiliaryLoss;
  }

  /** Placeholder values of a call, in the order of a unit's inputs. */
  Map<String, INDArray> feed(INDArray[] inputs) {
    Map<String, INDArray> feed = new LinkedHashMap<>();
    List<String> names = inputNames();
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i) != null) {
        feed.put(names.get(i), inputs[i]);
      }
    }
    return feed;
  }

  private List<String> inputNames() {
    List<String> names = new ArrayList<>();
    names.add(X);
    names.add(masked ? MASK : null);
    sizes.parameters().forEach(p -> names.add(PARAMETER + p.name()));
    sizes.states().forEach(s -> names.add(STATE + s.name()));
    return names;
  }

  /** Placeholder of the gradient of an output. */
  static String gradientPlaceholder(int output) {
    return GRADIENT + output;
  }

  /** Runs forward ops; the caller closes the results. */
  Map<String, INDArray> forward(Map<String, INDArray> feed, Collection<String> wanted) {
    return session.run(feed, wanted);
  }

  /** Names of the forward results that the backward pass reads. */
  Set<String> kept() {
    differentiate();
    return kept;
  }

  /** Names of the gradients in the order of a unit's inputs; null for the mask. */
  List<String> inputGradients() {
    differentiate();
    return inputGradients;
  }

  /** Runs backward ops; the caller closes the results. */
  Map<String, INDArray> backward(Map<String, INDArray> feed, Collection<String> wanted) {
    differentiate();
    return gradientSession.run(feed, wanted);
  }

  private void differentiate() {
    if (gradientSession != null) {
      return;
    }
    List<String> names = inputNames();
    String[] wanted =
        names.stream().filter(n -> n != null && !n.equals(MASK)).toArray(String[]::new);
    SameDiff gradient = Gradients.create(sd, wanted);
    inputGradients = new ArrayList<>();
    for (String name : names) {
      boolean differentiable = name != null && !name.equals(MASK);
      inputGradients.add(differentiable ? gradient.getVariable(name).gradient().name() : null);
    }
    kept = cutForward(gradient);
    gradientSession = new GraphSession(gradient);
  }

  /** Turns every forward result that backward ops read into a placeholder; returns their names. */
  private Set<String> cutForward(SameDiff gradient) {
    Set<String> forwardOps = forwardOps();
    Set<String> cut = new LinkedHashSet<>();
    Set<String> seen = new HashSet<>();
    Deque<String> open = new ArrayDeque<>();
    inputGradients.stream().filter(n -> n != null).forEach(open::add);
    while (!open.isEmpty()) {
      String name = open.remove();
      String op = gradient.getVariables().get(name).getOutputOfOp();
      if (op == null || !seen.add(name)) {
        continue;
      }
      if (forwardOps.contains(op)) {
        cut.add(name);
      } else {
        List<String> inputs = gradient.getOps().get(op).getInputsToOp();
        open.addAll(inputs == null ? List.of() : inputs);
      }
    }
    for (String name : cut) {
      Variable variable = gradient.getVariables().get(name);
      variable.setOutputOfOp(null);
      variable.getVariable().setVariableType(VariableType.PLACEHOLDER);
    }
    return cut;
  }

  /** The ops that need no output gradient: all but those of the loss. */
  private Set<String> forwardOps() {
    Set<String> ofLoss = new HashSet<>();
    for (int i = 0; i < outputs.size(); i++) {
      ofLoss.add(gradientPlaceholder(i));
    }
    Set<String> forward = new HashSet<>();
    for (SameDiffOp op : sd.getOps().values()) {
      List<String> inputs = op.getInputsToOp();
      if (inputs != null && inputs.stream().anyMatch(ofLoss::contains)) {
        ofLoss.addAll(op.getOutputsOfOp());
      } else {
        forward.add(op.getName());
      }
    }
    return forward;
  }

  /** Frees the arrays that the sessions hold. */
  void close() {
    session.close();
    if (gradientSession != null) {
      gradientSession.close();
    }
  }
}
