package org.dl4jext.zoo.universal;

import org.deeplearning4j.nn.api.Model;
import org.dl4jext.samediff.universal.UniversalSpec;
import org.dl4jext.zoo.models.RecurrentZooModel;

/** What the Universal Transformers of the zoo share. */
abstract class UniversalModel<N extends Model> extends RecurrentZooModel<N> {

  final UniversalSpec spec;
  final int width;
  final int classes;
  final Training training;

  UniversalModel(UniversalSpec spec, int channels, int width, int classes, Training training) {
    super(channels);
    this.spec = spec;
    this.width = requirePositive("width", width);
    this.classes = requirePositive("classes", classes);
    this.training = training;
  }

  final int channels() {
    return input(0);
  }
}
