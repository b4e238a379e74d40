package org.dl4jext.samediff.plstm;

import org.dl4jext.samediff.LayerUnit;

/**
 * A layer on grids as a {@link LayerUnit}: the steps of x are the cells, those of the second axis
 * side by side.
 *
 * <p>A masked cell (mask 0) is not there: nothing leaves it, enters it or goes through it, and its
 * output is 0.
 */
public interface GridUnit extends LayerUnit {

  /**
   * Says how the cells of the next forward and backward pass stand.
   *
   * @param width X, positions along the first axis
   * @param height Y, positions along the second axis; X Y is the number of steps of x
   */
  void setGrid(int width, int height);
}
