package org.dl4jext.recurrent.cells;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.dl4jext.samediff.cells.CellActivation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;

/** DL4J's activations as those of a cell. */
final class StockActivation {

  private StockActivation() {}

  private static Activation stock(CellActivation activation) {
    return switch (activation) {
      case SIGMOID -> Activation.SIGMOID;
      case HARD_SIGMOID -> Activation.HARDSIGMOID;
      case TANH -> Activation.TANH;
      case HARD_TANH -> Activation.HARDTANH;
      case SOFTSIGN -> Activation.SOFTSIGN;
      case RELU -> Activation.RELU;
      case IDENTITY -> Activation.IDENTITY;
    };
  }

  /**
   * Finds the counterpart.
   *
   * @param layer for the message
   * @param option for the message
   * @throws DL4JInvalidConfigException if there is none
   */
  static CellActivation of(String layer, String option, IActivation given, boolean gate) {
    List<String> allowed = new ArrayList<>();
    for (CellActivation activation : CellActivation.values()) {
      if (!gate || activation.isGate()) {
        Activation stock = stock(activation);
        if (stock.getActivationFunction().equals(given)) {
          return activation;
        }
        allowed.add(stock.name());
      }
    }
    throw new DL4JInvalidConfigException(
        layer + ": " + option + " is " + given + "; allowed: " + allowed);
  }
}
