package org.dl4jext.samediff.universal;

/**
 * The positions of one example that are computed.
 *
 * @param example place in the batch
 * @param sources the time step of each
 * @param key whether each may be attended to
 * @param ponders whether each ponders
 * @param position the index of each for the position signal
 * @param count positions before the first of them, in earlier calls
 * @param cached how many of these the caches hold
 */
record ExampleRows(
    int example,
    int[] sources,
    boolean[] key,
    boolean[] ponders,
    int[] position,
    int count,
    int cached) {

  int size() {
    return sources.length;
  }

  /** Number of positions that ponder. */
  int pondering() {
    int number = 0;
    for (boolean one : ponders) {
      number += one ? 1 : 0;
    }
    return number;
  }

  /** Whether some positions may not be attended to. */
  boolean hidesKeys() {
    for (boolean one : key) {
      if (!one) {
        return true;
      }
    }
    return false;
  }

  /**
   * The first key that a query may see; keys are the cached positions, then these.
   *
   * @param window how many positions a query sees, its own included
   */
  int firstKey(int query, int window) {
    return Math.max(0, cached + query - window + 1);
  }
}
