package org.dl4jext.zoo.plstm;

import org.dl4jext.recurrent.training.AdamW;

/**
 * What a classifier is made for.
 *
 * @param channels of the input
 * @param classes to tell apart
 * @param updater of the parameters
 * @param seed of the parameters
 */
public record Classification(int channels, int classes, AdamW updater, long seed) {

  public Classification {
    if (classes < 1) {
      throw new IllegalArgumentException("classes is " + classes + "; allowed: 1 and more");
    }
  }
}
