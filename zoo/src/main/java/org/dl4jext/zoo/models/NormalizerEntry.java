package org.dl4jext.zoo.models;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Optional;
import org.nd4j.linalg.dataset.api.preprocessor.ImagePreProcessingScaler;
import org.nd4j.linalg.dataset.api.preprocessor.Normalizer;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerMinMaxScaler;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.dataset.api.preprocessor.serializer.NormalizerSerializer;
import org.nd4j.linalg.dataset.api.preprocessor.serializer.NormalizerType;

/** Reads and writes the normalizer of a model file: standardize, min-max, or scaling of images. */
final class NormalizerEntry {

  private static final String HEADER = "NORMALIZER";
  private static final int VERSION = 1;
  private static final long MAX_LENGTH = 1 << 20;

  private NormalizerEntry() {}

  /**
   * The normalizer, or empty if it is of a kind that is not read.
   *
   * @param size bytes of the entry
   */
  static Optional<Normalizer<?>> read(String entry, long size, DataInputStream in)
      throws IOException {
    if (!in.readUTF().equals(HEADER) || in.readInt() != VERSION) {
      throw new ModelFileException("entry " + entry + " is no normalizer");
    }
    VectorEntry vectors = new VectorEntry(entry, size, in);
    Normalizer<?> normalizer =
        switch (in.readUTF()) {
          case "STANDARDIZE" -> standardize(in, vectors);
          case "MIN_MAX" -> minMax(in, vectors);
          case "IMAGE_MIN_MAX" -> image(in);
          default -> null;
        };
    if (normalizer != null) {
      vectors.end();
    }
    return Optional.ofNullable(normalizer);
  }

  private static Normalizer<?> standardize(DataInputStream in, VectorEntry vectors)
      throws IOException {
    boolean labels = in.readBoolean();
    NormalizerStandardize result =
        new NormalizerStandardize(vectors.upTo(MAX_LENGTH), vectors.upTo(MAX_LENGTH));
    result.fitLabel(labels);
    if (labels) {
      result.setLabelStats(vectors.upTo(MAX_LENGTH), vectors.upTo(MAX_LENGTH));
    }
    return result;
  }

  private static Normalizer<?> minMax(DataInputStream in, VectorEntry vectors) throws IOException {
    boolean labels = in.readBoolean();
    NormalizerMinMaxScaler result = new NormalizerMinMaxScaler(in.readDouble(), in.readDouble());
    result.fitLabel(labels);
    result.setFeatureStats(vectors.upTo(MAX_LENGTH), vectors.upTo(MAX_LENGTH));
    if (labels) {
      result.setLabelStats(vectors.upTo(MAX_LENGTH), vectors.upTo(MAX_LENGTH));
    }
    return result;
  }

  private static Normalizer<?> image(DataInputStream in) throws IOException {
    ImagePreProcessingScaler result =
        new ImagePreProcessingScaler(in.readDouble(), in.readDouble());
    result.setMaxPixelVal(in.readDouble());
    return result;
  }

  static byte[] write(Normalizer<?> normalizer) throws IOException {
    NormalizerType type = normalizer.getType();
    switch (type) {
      case STANDARDIZE, MIN_MAX, IMAGE_MIN_MAX -> {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        NormalizerSerializer.getDefault().write(normalizer, bytes);
        return bytes.toByteArray();
      }
      default ->
          throw new IllegalArgumentException(
              "normalizer is " + type + "; allowed: STANDARDIZE, MIN_MAX, IMAGE_MIN_MAX");
    }
  }
}
