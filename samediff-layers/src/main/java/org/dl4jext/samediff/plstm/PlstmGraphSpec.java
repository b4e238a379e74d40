package org.dl4jext.samediff.plstm;

import java.util.List;
import org.dl4jext.samediff.Spec;
import org.dl4jext.samediff.SpecOption;
import org.dl4jext.samediff.TensorShape;

/**
 * Options of a pLSTM layer on graphs.
 *
 * @param mode P: what goes out of an edge over all that follow it is at most what was in it; D: the
 *     line graph is cut to a multitree, each transition in (-1,1)
 * @param reversed whether edges are walked from their end to their start
 * @param heads independent recurrences H
 * @param keySize DK, features of a query and of a key of a head
 * @param valueSize DV, features of a value of a head
 * @param normEps epsilon inside the root of the norm of each head
 */
public record PlstmGraphSpec(
    PlstmMode mode, boolean reversed, int heads, int keySize, int valueSize, double normEps)
    implements Spec<PlstmGraphSpec> {

  private static final String NAME = "PlstmGraphSpec";

  public PlstmGraphSpec {
    SpecOption.requireGiven(NAME, "mode", mode);
    PlstmOption.requireSize(NAME, "heads", heads);
    PlstmOption.requireSize(NAME, "keySize", keySize);
    PlstmOption.requireSize(NAME, "valueSize", valueSize);
    PlstmOption.requirePositive(NAME, "normEps", normEps);
  }

  /** Along the edges. */
  public static PlstmGraphSpec of(PlstmMode mode, int heads, int headSize) {
    return new PlstmGraphSpec(mode, false, heads, headSize, headSize, 1e-5);
  }

  /**
   * The parameters, in the order in which a unit takes them. Source and mark see both ends of their
   * edge, a transition the three nodes of its two edges, the others their node.
   */
  public List<TensorShape> parameters(long nIn, long nOut) {
    return List.of(
        TensorShape.weight("sourceW", heads, 2 * nIn),
        TensorShape.bias("sourceB", heads),
        TensorShape.weight("transitionW", heads, 3 * nIn),
        TensorShape.bias("transitionB", heads),
        TensorShape.weight("markW", heads, 2 * nIn),
        TensorShape.bias("markB", heads),
        TensorShape.weight("directW", heads, nIn),
        TensorShape.bias("directB", heads),
        TensorShape.weight("queryW", (long) heads * keySize, nIn),
        TensorShape.bias("queryB", (long) heads * keySize),
        TensorShape.weight("keyW", (long) heads * keySize, nIn),
        TensorShape.bias("keyB", (long) heads * keySize),
        TensorShape.weight("valueW", (long) heads * valueSize, nIn),
        TensorShape.bias("valueB", (long) heads * valueSize),
        TensorShape.bias("normG", heads, valueSize),
        TensorShape.weight("outW", nOut, (long) heads * valueSize));
  }
}
