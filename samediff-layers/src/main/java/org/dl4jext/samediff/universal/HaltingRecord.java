package org.dl4jext.samediff.universal;

/**
 * What halting did in one pass.
 *
 * @param batch number of examples N
 * @param length number of positions T
 * @param steps that each position ran, [N,T] in c order; 0 for a masked one
 * @param remainders of the positions, [N,T] in c order
 * @param computedSteps steps that were computed for at least one position
 */
public record HaltingRecord(
    int batch, int length, double[] steps, double[] remainders, int computedSteps) {

  /** Mean number of steps over the positions that pondered; 0 where nobody did. */
  public double meanSteps() {
    double sum = 0;
    int number = 0;
    for (double value : steps) {
      sum += value;
      number += value > 0 ? 1 : 0;
    }
    return number == 0 ? 0 : sum / number;
  }

  /** How many positions took one step, two steps and so on. */
  public int[] distribution() {
    int most = 0;
    for (double value : steps) {
      most = Math.max(most, (int) value);
    }
    int[] positions = new int[most];
    for (double value : steps) {
      if (value > 0) {
        positions[(int) value - 1]++;
      }
    }
    return positions;
  }
}
