package org.dl4jext.samediff.plstm;

import java.util.Map;
import org.dl4jext.samediff.Spec;
import org.dl4jext.samediff.SpecOption;

/**
 * Options of a pLSTM layer on sequences.
 *
 * @param heads independent recurrences H
 * @param keySize DK, features of a query and of a key of a head
 * @param valueSize DV, features of a value of a head
 * @param stateSize JT, size of a transition matrix; above 1 states can be tracked
 * @param keys JK, keys of a step
 * @param values JV, values of a step
 * @param outputs JO, outputs of a step
 * @param queries JQ, queries of a step
 * @param subHeadsQkv slices of the input of which a head projects its own only; 1 for all of it
 * @param subHeadsStm slices of the input of which a gate sees its own only; 1 for all of it
 * @param gateWeights which gates depend on the input
 * @param convolution taps of the causal convolution before all but the values; 0 for none
 * @param passthrough whether a trainable multiple of the convolved input is added to the output;
 *     needs as many outputs as inputs
 * @param normEps epsilon inside the root of the norm of each head
 * @param eigenvalueFactor f in tanh(f e)
 * @param expmOrder terms of the series of a matrix exponential, where stateSize is above 1
 */
public record PlstmSpec(
    int heads,
    int keySize,
    int valueSize,
    int stateSize,
    int keys,
    int values,
    int outputs,
    int queries,
    int subHeadsQkv,
    int subHeadsStm,
    PlstmGateWeights gateWeights,
    int convolution,
    boolean passthrough,
    double normEps,
    double eigenvalueFactor,
    int expmOrder)
    implements Spec<PlstmSpec> {

  private static final String NAME = "PlstmSpec";

  public PlstmSpec {
    PlstmOption.requireSize(NAME, "heads", heads);
    PlstmHead.requireSizes(NAME, keySize, valueSize, stateSize, keys, values, outputs, queries);
    PlstmOption.requireSlices(NAME, subHeadsQkv, heads, keySize, valueSize);
    PlstmOption.requireDivides(NAME, "subHeadsStm", subHeadsStm, heads);
    SpecOption.requireGiven(NAME, "gateWeights", gateWeights);
    SpecOption.requireIn(NAME, "convolution", convolution, 0, 1024);
    PlstmOption.requirePositive(NAME, "normEps", normEps);
    PlstmOption.requireTransition(NAME, eigenvalueFactor, expmOrder);
  }

  /** Scalar gates on all channels, with a convolution of four taps and no passthrough. */
  public static PlstmSpec of(int heads, int headSize) {
    return new PlstmSpec(
        heads,
        headSize,
        headSize,
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        PlstmGateWeights.ALL,
        4,
        false,
        1e-5,
        5,
        16);
  }

  /** Transition matrices, values and outputs of the size J: states can be tracked. */
  public PlstmSpec withStateTracking(int size) {
    return with(Map.of("stateSize", size, "values", size, "outputs", size));
  }

  PlstmHead head() {
    return new PlstmHead(keySize, valueSize, stateSize, keys, values, outputs, queries);
  }
}
