package org.dl4jext.zoo.qkan;

import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.recurrent.qkan.QkanDense;
import org.dl4jext.samediff.qkan.QkanSpec;
import org.dl4jext.zoo.models.RecurrentZooModel;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The JHCG network, or HQKAN: a linear encoder, a latent QKAN, and a linear decoder.
 *
 * <pre>
 *   y = Wd QKAN(We x + be) + bd
 * </pre>
 *
 * <p>The latent sizes are logarithmic, ceil(log2 n) of the sizes outside, unless set.
 *
 * <p>Source: arXiv 2509.14026 and 2512.05049.
 */
public final class Jhcg extends RecurrentZooModel<MultiLayerNetwork> {

  private static final double RATE = 1e-3;

  private final int outputs;
  private final int latentIn;
  private final int latentOut;
  private final QkanSpec spec;
  private final long seed;
  private final LossFunction loss;
  private final Activation activation;
  private final IUpdater updater;

  private Jhcg(Builder builder) {
    super(List.of("inputs"), builder.inputs);
    outputs = builder.outputs;
    latentIn = builder.latentIn;
    latentOut = builder.latentOut;
    spec = builder.spec;
    seed = builder.seed;
    loss = builder.loss;
    activation = builder.activation;
    updater = builder.updater;
  }

  /**
   * Starts a builder.
   *
   * @param inputs n_in, at least 1
   * @param outputs n_out, at least 1
   */
  public static Builder of(int inputs, int outputs) {
    return new Builder(requireSize("inputs", inputs), requireSize("outputs", outputs));
  }

  private static int requireSize(String name, int size) {
    if (size < 1) {
      throw new IllegalArgumentException("Jhcg: " + name + " is " + size + "; allowed: 1 and more");
    }
    return size;
  }

  /** The usual latent size: ceil(log2 n), at least 1. */
  public static int logarithm(int size) {
    return Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(size - 1));
  }

  /** The network without parameters. */
  public MultiLayerConfiguration configuration() {
    int inputs = input(0);
    int d1 = latentIn == 0 ? logarithm(inputs) : latentIn;
    int d2 = latentOut == 0 ? logarithm(outputs) : latentOut;
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .updater(updater)
        .list()
        .layer(
            new DenseLayer.Builder()
                .name("encoder")
                .activation(Activation.IDENTITY)
                .nIn(inputs)
                .nOut(d1)
                .build())
        .layer(new QkanDense.Builder().name("latent").nIn(d1).nOut(d2).spec(spec).build())
        .layer(
            new OutputLayer.Builder(loss)
                .name("decoder")
                .activation(activation)
                .nIn(d2)
                .nOut(outputs)
                .build())
        .build();
  }

  @Override
  protected MultiLayerNetwork network() {
    return new MultiLayerNetwork(configuration());
  }

  /** Builds a {@link Jhcg}. */
  public static final class Builder {

    private final int inputs;
    private final int outputs;
    private int latentIn;
    private int latentOut;
    private QkanSpec spec = QkanSpec.standard();
    private long seed = 1;
    private LossFunction loss = LossFunction.MSE;
    private Activation activation = Activation.IDENTITY;
    private IUpdater updater = new Adam(RATE);

    private Builder(int inputs, int outputs) {
      this.inputs = inputs;
      this.outputs = outputs;
    }

    /** Sizes d1 and d2 of the latent QKAN, both at least 1. */
    public Builder latent(int in, int out) {
      latentIn = requireSize("latentIn", in);
      latentOut = requireSize("latentOut", out);
      return this;
    }

    /** The options of the latent QKAN. */
    public Builder spec(QkanSpec spec) {
      this.spec = java.util.Objects.requireNonNull(spec, "spec");
      return this;
    }

    /** Seed of the start values. */
    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    /** Loss and activation of the decoder; mean squared error and identity by default. */
    public Builder readout(LossFunction loss, Activation activation) {
      this.loss = loss;
      this.activation = activation;
      return this;
    }

    /** Adam at 1e-3 by default. */
    public Builder updater(IUpdater updater) {
      this.updater = updater;
      return this;
    }

    public Jhcg build() {
      return new Jhcg(this);
    }
  }
}
