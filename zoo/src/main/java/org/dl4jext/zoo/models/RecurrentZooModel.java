package org.dl4jext.zoo.models;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Adler32;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.zoo.ModelMetaData;
import org.deeplearning4j.zoo.PretrainedType;
import org.deeplearning4j.zoo.ZooModel;
import org.deeplearning4j.zoo.ZooType;

/**
 * A model of DL4J's zoo with one input, and perhaps with weights of the {@link ZooManifest}.
 *
 * <p>DL4J's {@link PretrainedType} names data sets of images only. Its IMAGENET, which {@link
 * #initPretrained()} asks for, stands here for the weights that {@link #weights} names; there are
 * none of the other types. Weights are read by {@link SafeModels} from the jar, without network and
 * cache.
 *
 * @param <N> the kind of network
 */
@SuppressWarnings("unchecked") // of the generic methods that DL4J declares
public abstract class RecurrentZooModel<N extends Model> extends ZooModel<N> {

  private final List<String> axes;
  private int[] inputShape;
  private String weights;

  /**
   * A model.
   *
   * @param axes names of the axes of the input without those of examples and time
   * @param inputShape their sizes
   */
  protected RecurrentZooModel(List<String> axes, int... inputShape) {
    this.axes = List.copyOf(axes);
    setInputShape(new int[][] {inputShape});
  }

  /** A model whose steps have so many channels. */
  protected RecurrentZooModel(int channels) {
    this(List.of("channels"), channels);
  }

  /** A network for the input shape, without parameters. */
  protected abstract N network();

  /** Size of an axis of the input. */
  protected final int input(int axis) {
    return inputShape[axis];
  }

  /**
   * Refuses a size below 1.
   *
   * @return the size
   */
  protected final int requirePositive(String name, int size) {
    if (size < 1) {
      throw new IllegalArgumentException(
          getClass().getSimpleName() + ": " + name + " is " + size + "; allowed: 1 and more");
    }
    return size;
  }

  @Override
  @SuppressWarnings("TypeParameterUnusedInFormals") // as DL4J declares it
  public <M extends Model> M init() {
    N network = network();
    network.init();
    return (M) network;
  }

  @Override
  @SuppressWarnings("deprecation") // and yet abstract
  public ModelMetaData metaData() {
    return new ModelMetaData(new int[][] {inputShape.clone()}, 1, ZooType.RNN);
  }

  /** Takes the sizes of the only input; the constructor of a model names its axes. */
  @Override
  public final void setInputShape(int[][] shapes) {
    if (shapes.length != 1 || shapes[0].length != axes.size()) {
      throw new IllegalArgumentException(
          getClass().getSimpleName()
              + ": input shape is "
              + Arrays.deepToString(shapes)
              + "; allowed: ["
              + axes
              + "]");
    }
    for (int axis = 0; axis < shapes[0].length; axis++) {
      requirePositive(axes.get(axis), shapes[0][axis]);
    }
    inputShape = shapes[0].clone();
  }

  @Override
  public Class<? extends Model> modelType() {
    return network().getClass();
  }

  /**
   * Names the weights that {@link #initPretrained()} loads.
   *
   * @param name of a model of this class in the manifest
   * @return this model
   */
  public RecurrentZooModel<N> weights(String name) {
    weights = name;
    return this;
  }

  @Override
  public N initPretrained() throws IOException {
    return initPretrained(PretrainedType.IMAGENET);
  }

  /**
   * The trained network.
   *
   * @throws UnsupportedOperationException if there are no weights of this type
   * @throws IllegalArgumentException if the weights are those of another model
   */
  @Override
  public N initPretrained(PretrainedType type) throws IOException {
    if (!pretrainedAvailable(type)) {
      throw new UnsupportedOperationException(
          getClass().getSimpleName()
              + ": there are no weights of the type "
              + type
              + " and name "
              + weights);
    }
    ZooEntry entry = ZooManifest.bundled().model(weights);
    Model network = BundledWeights.load(entry).model();
    long parameters = init().params().length();
    if (!entry.modelClass().equals(getClass().getName())
        || parameters != network.params().length()) {
      throw new IllegalArgumentException(
          String.format(
              "%s: the weights %s are those of a %s with %d parameters; this model has %d",
              getClass().getSimpleName(),
              weights,
              entry.modelClass(),
              network.params().length(),
              parameters));
    }
    return (N) network;
  }

  /** Where the weights are on the class path; null without weights. */
  @Override
  public String pretrainedUrl(PretrainedType type) {
    if (type != PretrainedType.IMAGENET || weights == null) {
      return null;
    }
    try {
      URL url = BundledWeights.url(ZooManifest.bundled().model(weights));
      return url == null ? null : url.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adler-32 of the weights as DL4J has it; what is loaded is held to its SHA-256. */
  @Override
  public long pretrainedChecksum(PretrainedType type) {
    if (!pretrainedAvailable(type)) {
      return 0;
    }
    Adler32 sum = new Adler32();
    try (InputStream in = BundledWeights.open(ZooManifest.bundled().model(weights))) {
      sum.update(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sum.getValue();
  }
}
