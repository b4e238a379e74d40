package org.dl4jext.samediff.plstm;

import org.dl4jext.samediff.Spec;
import org.dl4jext.samediff.SpecOption;

/**
 * Options of a pLSTM layer on grids.
 *
 * @param mode how states spread
 * @param variant how the P-mode splits; without effect in D-mode
 * @param chirality how paths of the D-mode turn; without effect in P-mode
 * @param heads independent recurrences H in each of the four orientations
 * @param keySize DK, features of a query and of a key of a head
 * @param valueSize DV, features of a value of a head
 * @param stateSize JT, size of a transition matrix
 * @param keys JK, keys of a cell
 * @param values JV, values of a cell
 * @param outputs JO, outputs of a cell
 * @param queries JQ, queries of a cell
 * @param subHeadsQkv slices of the input of which a head projects its own only; 1 for all of it
 * @param subHeadsStm slices of the input of which a source, mark or transition gate sees its own
 *     only; 1 for all of it
 * @param gateWeights which of source, mark and transition depend on the input; the orientation
 *     depends on it unless NONE
 * @param directWeight whether the direct gate depends on the input
 * @param orientationScale factor on the input's part of the orientation, P-mode
 * @param normEps epsilon inside the root of the norm of each head
 * @param eigenvalueFactor f in tanh(f e)
 * @param expmOrder terms of the series of a matrix exponential, where stateSize is above 1
 */
public record PlstmGridSpec(
    PlstmMode mode,
    PlstmVariant variant,
    PlstmChirality chirality,
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
    boolean directWeight,
    double orientationScale,
    double normEps,
    double eigenvalueFactor,
    int expmOrder)
    implements Spec<PlstmGridSpec> {

  /** Orientations: as it stands, first axis reversed, second axis reversed, both. */
  static final int ORIENTATIONS = 4;

  private static final String NAME = "PlstmGridSpec";

  public PlstmGridSpec {
    SpecOption.requireGiven(NAME, "mode", mode);
    SpecOption.requireGiven(NAME, "variant", variant);
    SpecOption.requireGiven(NAME, "chirality", chirality);
    PlstmOption.requireSize(NAME, "heads", heads);
    PlstmHead.requireSizes(NAME, keySize, valueSize, stateSize, keys, values, outputs, queries);
    PlstmOption.requireSlices(NAME, subHeadsQkv, heads, keySize, valueSize);
    PlstmOption.requireDivides(NAME, "subHeadsStm", subHeadsStm, ORIENTATIONS * heads);
    SpecOption.requireGiven(NAME, "gateWeights", gateWeights);
    PlstmOption.requirePositive(NAME, "orientationScale", orientationScale);
    PlstmOption.requirePositive(NAME, "normEps", normEps);
    PlstmOption.requireTransition(NAME, eigenvalueFactor, expmOrder);
  }

  /** Scalar gates on all channels. */
  public static PlstmGridSpec of(PlstmMode mode, int heads, int headSize) {
    return new PlstmGridSpec(
        mode,
        PlstmVariant.PAPER,
        PlstmChirality.LEFT,
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
        true,
        0.5,
        1e-5,
        5,
        16);
  }

  PlstmHead head() {
    return new PlstmHead(keySize, valueSize, stateSize, keys, values, outputs, queries);
  }
}
