package org.dl4jext.samediff.universal;

import org.dl4jext.samediff.ReferenceArrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Ponder costs of a pass, and their gradients. */
final class HaltingNumbers {

  private HaltingNumbers() {}

  /** Overwrites an array, unless it is null. */
  static void write(double[] values, INDArray to) {
    ReferenceArrays.write(values, to);
  }

  /** All elements, or zeros where the array is null. */
  static double[] read(INDArray from, int length) {
    return from == null ? new double[length] : ReferenceArrays.flat(from);
  }

  /** Steps plus remainder, averaged over the positions that ponder; 0 where nobody does. */
  static double meanCost(UniversalCore core) {
    double sum = 0;
    for (ExampleRows rows : core.pass.examples()) {
      sum += cost(core, rows);
    }
    return sum / Math.max(1, pondering(core.pass));
  }

  /** Steps plus remainders of an example. */
  static double cost(UniversalCore core, ExampleRows rows) {
    double sum = 0;
    for (int i = 0; i < rows.size(); i++) {
      int at = core.pass.dense(rows, i);
      sum += rows.ponders()[i] ? core.updates[at] + core.remainders[at] : 0;
    }
    return sum;
  }

  private static int pondering(UniversalPass pass) {
    int number = 0;
    for (ExampleRows rows : pass.examples()) {
      number += rows.pondering();
    }
    return number;
  }

  /** Adds what the mean cost of the batch gives to the gradients of the remainders. */
  static void addMeanCost(UniversalPass pass, double gradient, double[] remainderGradients) {
    int number = pondering(pass);
    for (ExampleRows rows : pass.examples()) {
      addCost(pass, rows, gradient / number, remainderGradients);
    }
  }

  /** Adds to the gradients of the remainders of an example. */
  static void addCost(
      UniversalPass pass, ExampleRows rows, double gradient, double[] remainderGradients) {
    for (int i = 0; i < rows.size(); i++) {
      if (rows.ponders()[i]) {
        remainderGradients[pass.dense(rows, i)] += gradient;
      }
    }
  }
}
