package org.dl4jext.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.fail;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Comparisons of arrays. */
final class ArrayAssertions {

  private ArrayAssertions() {}

  static void assertClose(INDArray expected, INDArray actual, double tolerance) {
    assertArrayEquals(expected.shape(), actual.shape(), "shape");
    double[] e = flat(expected);
    double[] a = flat(actual);
    for (int i = 0; i < e.length; i++) {
      if (!(Math.abs(e[i] - a[i]) <= tolerance * Math.max(1, Math.abs(e[i])))) {
        fail("element " + i + ": expected " + e[i] + ", got " + a[i] + ", tolerance " + tolerance);
      }
    }
  }

  static void assertBitEqual(INDArray expected, INDArray actual) {
    assertArrayEquals(expected.shape(), actual.shape(), "shape");
    double[] e = flat(expected);
    double[] a = flat(actual);
    for (int i = 0; i < e.length; i++) {
      // -0 and 0 count as equal.
      if (e[i] != a[i]) {
        fail("element " + i + ": expected " + e[i] + ", got " + a[i] + ", not bit-equal");
      }
    }
  }

  static boolean bitEqual(INDArray a, INDArray b) {
    double[] x = flat(a);
    double[] y = flat(b);
    for (int i = 0; i < x.length; i++) {
      if (x[i] != y[i]) {
        return false;
      }
    }
    return x.length == y.length;
  }

  static boolean finite(INDArray array) {
    for (double v : flat(array)) {
      if (!Double.isFinite(v)) {
        return false;
      }
    }
    return true;
  }

  static double[] flat(INDArray array) {
    return array.castTo(DataType.DOUBLE).dup('c').data().asDouble();
  }
}
