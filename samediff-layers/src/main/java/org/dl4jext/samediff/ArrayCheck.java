package org.dl4jext.samediff;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Checks of the arrays that enter a unit: every message names the unit, the array, and both shapes.
 */
public final class ArrayCheck {

  private ArrayCheck() {}

  /**
   * Requires a number of arrays.
   *
   * @param unit name of the unit, for the message
   * @param what name of the list, for the message
   */
  public static void requireCount(String unit, String what, INDArray[] arrays, int count) {
    if (arrays.length != count) {
      throw new IllegalArgumentException(
          unit + ": " + arrays.length + " " + what + "; allowed: " + count);
    }
  }

  /** Requires an array that is not null and has a rank and a data type. */
  public static void requireRank(
      String unit, String name, INDArray array, DataType type, int rank) {
    if (array == null) {
      throw new IllegalArgumentException(unit + ": " + name + " is null; allowed: an array");
    }
    if (array.rank() != rank || array.dataType() != type) {
      throw new IllegalArgumentException(
          unit
              + ": "
              + name
              + " is "
              + describe(array)
              + "; allowed: rank "
              + rank
              + " of "
              + type);
    }
  }

  /** Requires a shape and a data type. */
  public static void requireShape(
      String unit, String name, INDArray array, DataType type, long... shape) {
    if (array == null) {
      throw new IllegalArgumentException(
          unit + ": " + name + " is null; allowed: " + Arrays.toString(shape) + " of " + type);
    }
    if (!Arrays.equals(array.shape(), shape) || array.dataType() != type) {
      throw new IllegalArgumentException(
          unit
              + ": "
              + name
              + " is "
              + describe(array)
              + "; allowed: "
              + Arrays.toString(shape)
              + " of "
              + type);
    }
  }

  /** {@link #requireShape} for an array that may be absent. */
  public static void requireShapeOrNull(
      String unit, String name, INDArray array, DataType type, long... shape) {
    if (array != null) {
      requireShape(unit, name, array, type, shape);
    }
  }

  /** Requires a mask of a shape, of any data type, or null. */
  public static void requireMask(String unit, INDArray mask, long... shape) {
    if (mask != null) {
      requireShape(unit, "mask", mask, mask.dataType(), shape);
    }
  }

  private static String describe(INDArray array) {
    return Arrays.toString(array.shape()) + " of " + array.dataType();
  }
}
