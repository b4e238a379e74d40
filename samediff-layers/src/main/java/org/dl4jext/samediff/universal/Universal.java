package org.dl4jext.samediff.universal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dl4jext.samediff.SpecOption;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * The Universal Transformer as SameDiff functions: one block that is applied again and again to all
 * positions, each of which may halt by itself.
 *
 * <pre>
 *   s = state + position signal + step signal
 *   p = sigmoid(s Wp + bp), from which halting takes its weight w
 *   pre-norm:  z = s + A(LN(s)),   state = z + F(LN(z)),         y = LN(out)
 *   post-norm: z = LN(s + A(s)),   state = LN(z + F(z)),         y = out
 *   BASIC: out = w state + (1 - w) out;   ACCUMULATED: out = out + w state
 * </pre>
 *
 * <p>A is attention with heads, F(z) = relu(z W1 + b1) W2 + b2; a decoder attends to a memory
 * between the two. Arrays are [N,T,C]; {@link UniversalLayout} lists the parameters.
 *
 * <p>Sources: Dehghani et al. 2018 (arXiv 1807.03819), Graves 2016 (arXiv 1603.08983); the switches
 * tell the published code from the papers. A learned signal is one more choice made here for
 * positions.
 */
public final class Universal {

  /**
   * What a Universal Transformer computes.
   *
   * @param outputs y [N,T,D]
   * @param steps that each position ran [N,T]; a constant in the backward pass
   * @param remainders of the positions [N,T]
   * @param ponder the mean of steps plus remainders over all positions that ponder [1]
   */
  public record Result(
      SDVariable outputs, SDVariable steps, SDVariable remainders, SDVariable ponder) {}

  /**
   * What halting computes.
   *
   * @param outputs [N,T,D]
   * @param remainders [N,T]
   * @param steps [N,T]; a constant in the backward pass
   * @param weights of the steps [steps,N,T]
   * @param ponder the mean of steps plus remainders over all positions that ponder [1]
   */
  public record HaltingResult(
      SDVariable outputs,
      SDVariable remainders,
      SDVariable steps,
      SDVariable weights,
      SDVariable ponder) {}

  private Universal() {}

  /**
   * Adds an encoder, or a causal layer, to a graph.
   *
   * @param x [N,T,nIn]
   * @param mask [N,T], 0 at padding; null for none
   * @param parameters those of the layout
   * @throws IllegalArgumentException if the spec drops something, which an op cannot do twice alike
   */
  public static Result encoder(
      SameDiff sd,
      SDVariable x,
      SDVariable mask,
      List<SDVariable> parameters,
      UniversalLayout layout) {
    if (layout.memorySize() > 0) {
      throw SpecOption.invalid("encoder", "memory size", layout.memorySize(), "0");
    }
    return apply(sd, x, mask, parameters, List.of(), layout);
  }

  /**
   * Adds a decoder to a graph: a layer that attends to a memory as well.
   *
   * @param memory [N,M,Dm]
   * @param memoryMask [N,M], 0 at padding; null for none
   */
  public static Result decoder(
      SameDiff sd,
      SDVariable x,
      SDVariable mask,
      SDVariable memory,
      SDVariable memoryMask,
      List<SDVariable> parameters,
      UniversalLayout layout) {
    if (layout.memorySize() == 0) {
      throw SpecOption.invalid("decoder", "memory size", 0, "1 and more");
    }
    return apply(sd, x, mask, parameters, Arrays.asList(memory, memoryMask), layout);
  }

  private static Result apply(
      SameDiff sd,
      SDVariable x,
      SDVariable mask,
      List<SDVariable> parameters,
      List<SDVariable> memory,
      UniversalLayout layout) {
    if (parameters.size() != layout.parameters().size()) {
      throw SpecOption.invalid(
          "Universal Transformer",
          "number of parameters",
          parameters.size(),
          String.valueOf(layout.parameters().size()));
    }
    UniversalSpec spec = layout.spec();
    if (spec.drops() || spec.randomOffset() > 0) {
      throw SpecOption.invalid(
          "Universal Transformer op", "dropout or randomOffset", "set", "0 in a SameDiff graph");
    }
    List<SDVariable> inputs = new ArrayList<>(Arrays.asList(x, mask));
    inputs.addAll(parameters);
    inputs.addAll(memory);
    SDVariable[] out =
        new UniversalTransformerOp(sd, layout, inputs.toArray(new SDVariable[0])).outputVariables();
    return new Result(out[0], out[1], out[2], out[3]);
  }

  /**
   * Adds halting on given states to a graph.
   *
   * @param logits of the halting probabilities [steps,N,T]
   * @param states after each step [steps,N,T,D]
   * @param mask [N,T], 0 where nobody ponders; null for none
   */
  public static HaltingResult halting(
      SameDiff sd, SDVariable logits, SDVariable states, SDVariable mask, HaltingSpec spec) {
    SDVariable[] out = new HaltingOp(sd, spec, logits, states, mask).outputVariables();
    return new HaltingResult(out[0], out[1], out[2], out[3], out[4]);
  }
}
