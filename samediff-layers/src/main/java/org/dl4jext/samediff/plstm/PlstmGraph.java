package org.dl4jext.samediff.plstm;

import java.util.List;
import org.dl4jext.samediff.DifferentiableUnit;
import org.dl4jext.samediff.Execution;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The recurrence of pLSTM on a directed acyclic graph, as a unit and as a SameDiff function.
 *
 * <pre>
 *   C_e = S_e k_n v_n' + sum over e' into n of T_(e' e) C_e'     n the node that e leaves
 *   y_n = sum over e into n of M_e q_n C_e + D_n (q_n k_n) v_n
 * </pre>
 *
 * <p>States stand on the edges. Inputs, for H heads: query and key [H,N,DK], value [H,N,DV], direct
 * [H,N], source and mark [H,E], transition [H,L], edges [E,2] as pairs of nodes (from, to) in a
 * topological order, line edges [L,2] as pairs of edges (before, after) that meet in a node; arrays
 * without elements are null. {@link LineGraph} makes both lists. A batch of graphs is one graph of
 * several parts. Output: y [H,N,DV].
 *
 * <p>Source: arXiv 2506.11997, equations 5 to 7. There is no scale DK^-0.5, as in the published
 * code for graphs.
 */
public final class PlstmGraph {

  private PlstmGraph() {}

  /**
   * Makes the unit.
   *
   * @throws IllegalArgumentException if the data type is neither FLOAT nor DOUBLE
   */
  public static DifferentiableUnit unit(Execution execution, DataType dataType) {
    PlstmGrid.requireFloating(dataType);
    return switch (execution) {
      case HOST -> dataType == DataType.DOUBLE ? new DoublePlstmGraph() : new FloatPlstmGraph();
      case REFERENCE -> new PlstmGraphReference(dataType);
      case ARRAY -> new PlstmGraphArray(dataType);
    };
  }

  /**
   * Adds the recurrence to a graph.
   *
   * @param inputs query, key, value, direct, source, mark, transition, edges, line edges; null for
   *     those without elements
   * @return y [H,N,DV]
   */
  public static SDVariable apply(SameDiff sd, List<SDVariable> inputs) {
    if (inputs.size() != PlstmGraphArrays.INPUTS) {
      throw new IllegalArgumentException(
          "pLSTM on a graph: " + inputs.size() + " inputs; allowed: " + PlstmGraphArrays.INPUTS);
    }
    return new PlstmGraphOp(sd, inputs.toArray(new SDVariable[0])).outputVariables()[0];
  }
}
