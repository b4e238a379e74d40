package org.dl4jext.zoo.universal;

import java.util.Arrays;
import org.deeplearning4j.zoo.ModelMetaData;
import org.deeplearning4j.zoo.PretrainedType;
import org.deeplearning4j.zoo.ZooModel;
import org.deeplearning4j.zoo.ZooType;
import org.dl4jext.samediff.universal.UniversalSpec;

/** What the Universal Transformers of the zoo share; there are no pretrained weights. */
abstract class UniversalModel<T> extends ZooModel<T> {

  final UniversalSpec spec;
  final int width;
  final int classes;
  final Training training;
  private int channels;

  UniversalModel(UniversalSpec spec, int channels, int width, int classes, Training training) {
    this.spec = spec;
    this.channels = requirePositive("channels", channels);
    this.width = requirePositive("width", width);
    this.classes = requirePositive("classes", classes);
    this.training = training;
  }

  private int requirePositive(String name, int size) {
    if (size < 1) {
      throw new IllegalArgumentException(
          modelName() + ": " + name + " is " + size + "; allowed: 1 and more");
    }
    return size;
  }

  final int channels() {
    return channels;
  }

  @Override
  @SuppressWarnings("deprecation") // and yet abstract
  public ModelMetaData metaData() {
    return new ModelMetaData(new int[][] {{channels}}, 1, ZooType.RNN);
  }

  /** Takes the number of channels from the only axis of the only shape. */
  @Override
  public void setInputShape(int[][] inputShape) {
    if (inputShape.length != 1 || inputShape[0].length != 1) {
      throw new IllegalArgumentException(
          modelName()
              + ": input shape is "
              + Arrays.deepToString(inputShape)
              + "; allowed: [[channels]]");
    }
    channels = requirePositive("channels", inputShape[0][0]);
  }

  @Override
  public String pretrainedUrl(PretrainedType type) {
    return null;
  }

  @Override
  public long pretrainedChecksum(PretrainedType type) {
    return 0;
  }
}
