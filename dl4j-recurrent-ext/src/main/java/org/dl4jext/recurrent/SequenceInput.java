package org.dl4jext.recurrent;

import java.util.Arrays;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a sequence layer requires of its input and mask, whatever the layer. */
final class SequenceInput {

  private SequenceInput() {}

  /**
   * Refuses arrays of other shapes.
   *
   * @param mask [N,T], or null
   * @param place of the layer in its network, for the message
   */
  static void require(
      SequenceLayer<?> layer, RNNFormat format, INDArray input, INDArray mask, String place) {
    boolean channelsLast = format == RNNFormat.NWC;
    long[] shape = input.shape();
    if (shape.length != 3 || shape[channelsLast ? 2 : 1] != layer.getNIn()) {
      throw new DL4JInvalidInputException(
          received(layer, "input", shape)
              + (channelsLast ? "[N, T, nIn]" : "[N, nIn, T]")
              + " with nIn = "
              + layer.getNIn()
              + " (dataFormat "
              + format
              + ") "
              + place);
    }
    long[] steps = {shape[0], shape[channelsLast ? 1 : 2]};
    if (steps[0] < 1 || steps[1] < 1) {
      throw new DL4JInvalidInputException(
          received(layer, "input", shape) + "at least one example and one step");
    }
    if (mask != null && !Arrays.equals(mask.shape(), steps)) {
      throw new DL4JInvalidInputException(
          received(layer, "mask", mask.shape()) + Arrays.toString(steps));
    }
  }

  private static String received(SequenceLayer<?> layer, String array, long[] shape) {
    return layer.describe() + ": " + array + " has shape " + Arrays.toString(shape) + "; allowed: ";
  }
}
