package org.dl4jext.samediff.plstm;

/**
 * Sizes of one head.
 *
 * @param keySize DK, features of a query and of a key
 * @param valueSize DV, features of a value
 * @param stateSize JT, size of a transition matrix; 1 for a number
 * @param keys JK, keys of a position
 * @param values JV, values of a position
 * @param outputs JO, outputs of a position
 * @param queries JQ, queries of a position
 */
public record PlstmHead(
    int keySize, int valueSize, int stateSize, int keys, int values, int outputs, int queries) {

  public PlstmHead {
    requireSizes("PlstmHead", keySize, valueSize, stateSize, keys, values, outputs, queries);
  }

  /** Checks the sizes of a head that are options of an owner. */
  static void requireSizes(
      String owner,
      int keySize,
      int valueSize,
      int stateSize,
      int keys,
      int values,
      int outputs,
      int queries) {
    PlstmOption.requireSize(owner, "keySize", keySize);
    PlstmOption.requireSize(owner, "valueSize", valueSize);
    PlstmOption.requireSize(owner, "stateSize", stateSize);
    PlstmOption.requireSize(owner, "keys", keys);
    PlstmOption.requireSize(owner, "values", values);
    PlstmOption.requireSize(owner, "outputs", outputs);
    PlstmOption.requireSize(owner, "queries", queries);
  }

  /** A head whose gates are numbers. */
  public static PlstmHead scalar(int keySize, int valueSize) {
    return new PlstmHead(keySize, valueSize, 1, 1, 1, 1, 1);
  }

  /** Elements of a state, JT DK DV. */
  int stateLength() {
    return stateSize * keySize * valueSize;
  }

  /** Elements of the output of a position, DV JO. */
  int outputLength() {
    return valueSize * outputs;
  }

  /** Axes of a position in the inputs of a grid, in the order of {@link PlstmCoreArrays}. */
  long[][] gridAxes() {
    return new long[][] {
      query(),
      key(),
      value(),
      source(),
      source(),
      transition(),
      transition(),
      transition(),
      transition(),
      mark(),
      mark(),
      direct()
    };
  }

  long[] query() {
    return new long[] {keySize, queries};
  }

  long[] key() {
    return new long[] {keySize, keys};
  }

  long[] value() {
    return new long[] {valueSize, values};
  }

  long[] source() {
    return new long[] {stateSize, keys, values};
  }

  long[] transition() {
    return new long[] {stateSize, stateSize};
  }

  long[] mark() {
    return new long[] {outputs, queries, stateSize};
  }

  long[] direct() {
    return new long[] {outputs, queries, keys, values};
  }

  /** [DV,JO]. */
  long[] output() {
    return new long[] {valueSize, outputs};
  }

  /** [DK,DV,JT]. */
  long[] state() {
    return new long[] {keySize, valueSize, stateSize};
  }
}
