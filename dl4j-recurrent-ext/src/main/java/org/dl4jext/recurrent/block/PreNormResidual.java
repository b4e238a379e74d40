package org.dl4jext.recurrent.block;

import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.dl4jext.recurrent.SequenceLayer;
import org.dl4jext.recurrent.SequenceRuntime;
import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.block.BlockUnits;
import org.dl4jext.samediff.block.BranchDropout;
import org.dl4jext.samediff.block.NormSpec;
import org.dl4jext.samediff.block.PreNormResidualUnit;
import org.dl4jext.samediff.block.RmsNormSpec;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * A residual block around a layer: {@code y = x + layer(norm(x))}.
 *
 * <p>The layer is any {@link SequenceLayer}, this one included, or a stock LSTM, GravesLSTM or
 * SimpleRnn; nIn and nOut of block and layer are one number, and the layer's nOut is enough. The
 * block's parameters are the norm's with the prefix "n" and the layer's with the prefix "i"; its
 * states are the layer's.
 *
 * <p>Updater, regularisation and dropout come from the layer where they are set on it, else from
 * the block, and so from the network. Dropout acts between norm and layer: the residual path is
 * never dropped. Weight noise and constraints belong on the block, with its parameter names.
 *
 * <p>Masked steps output 0 and leave the layer's state as it was, a stock layer's too.
 *
 * <p>Source: Xiong et al. 2020, "On layer normalization in the transformer architecture", the
 * pre-norm form.
 */
public class PreNormResidual extends SequenceLayer<PreNormResidualSpec> {

  private static final long serialVersionUID = 1L;

  /** The parameters of the last size asked for: a stock layer tells its shapes slowly. */
  private transient volatile Shapes shapes;

  private record Shapes(
      long size, List<TensorShape> parameters, List<TensorShape> states, boolean canStep) {}

  /** For JSON. */
  protected PreNormResidual() {}

  protected PreNormResidual(Builder builder) {
    super(builder);
  }

  private Branch branch(long size) {
    return Branch.of(getSpec().layer(), size, this);
  }

  private Shapes shapes(long size) {
    Shapes known = shapes;
    if (known == null || known.size != size) {
      Branch branch = branch(size);
      known =
          new Shapes(
              size,
              PreNormResidualUnit.parameters(
                  getSpec().norm().parameters(size), branch.parameters()),
              branch.states(),
              branch.canStep());
      shapes = known;
    }
    return known;
  }

  @Override
  public List<TensorShape> parameters(long nIn, long nOut) {
    return shapes(nOut).parameters();
  }

  @Override
  public List<TensorShape> states(long nIn, long nOut) {
    return shapes(nOut).states();
  }

  @Override
  public void initializeParameter(TensorShape parameter, INDArray view) {
    if (isOfLayer(parameter.name())) {
      String name = ofLayer(parameter.name());
      branch(getNOut()).fill(new TensorShape(name, parameter.role(), parameter.shape()), view);
    } else {
      NormLayer.initializeNorm(parameter, view);
    }
  }

  private static boolean isOfLayer(String parameter) {
    return parameter.startsWith(PreNormResidualUnit.LAYER);
  }

  private static String ofLayer(String parameter) {
    return parameter.substring(PreNormResidualUnit.LAYER.length());
  }

  @Override
  public LayerUnit unit(Execution execution, DataType dataType) {
    return unit(execution, dataType, null);
  }

  LayerUnit unit(Execution execution, DataType dataType, BranchDropout dropout) {
    return new PreNormResidualUnit(
        BlockUnits.norm(getSpec().norm(), getNOut(), execution, dataType),
        branch(getNOut()).unit(execution, dataType),
        dataType,
        dropout);
  }

  @Override
  protected SequenceRuntime newRuntime(NeuralNetConfiguration conf, DataType dataType) {
    return new PreNormResidualRuntime(conf, dataType);
  }

  @Override
  protected boolean keepsSize() {
    return true;
  }

  @Override
  public boolean canStep() {
    return shapes(getNOut()).canStep();
  }

  @Override
  protected void checkSizes() {
    long inner = getSpec().layer().getNOut();
    if (inner > 0 && inner != getNOut()) {
      throw invalid("nOut of the layer", inner, getNOut() + ", the nIn of the block");
    }
    inner = getSpec().layer().getNIn();
    if (inner > 0 && inner != getNIn()) {
      throw invalid("nIn of the layer", inner, getNIn() + ", the nIn of the block");
    }
    if (getSpec().layer() instanceof SequenceLayer<?>) {
      branch(getNOut());
    }
  }

  /** Dropout of the branch; null for none. */
  IDropout branchDropout() {
    IDropout own = getSpec().layer().getIDropout();
    return own == null ? getIDropout() : own;
  }

  @Override
  public IUpdater getUpdaterByParam(String parameter) {
    BaseRecurrentLayer layer = getSpec().layer();
    return isOfLayer(parameter) && layer.getIUpdater() != null
        ? layer.getUpdaterByParam(ofLayer(parameter))
        : super.getUpdaterByParam(parameter);
  }

  @Override
  public List<Regularization> getRegularizationByParam(String parameter) {
    BaseRecurrentLayer layer = getSpec().layer();
    boolean own = isSet(layer.getRegularization()) || isSet(layer.getRegularizationBias());
    return isOfLayer(parameter) && own
        ? layer.getRegularizationByParam(ofLayer(parameter))
        : super.getRegularizationByParam(parameter);
  }

  private static boolean isSet(List<Regularization> regularization) {
    return regularization != null && !regularization.isEmpty();
  }

  /** Builds a {@link PreNormResidual} around a layer, with an RMS norm unless told otherwise. */
  @SuppressWarnings("unchecked") // DL4J's build() is generic in its result
  public static class Builder extends SequenceLayer.Builder<Builder, PreNormResidualSpec> {

    private final BaseRecurrentLayer layer;

    /**
     * A block around a layer.
     *
     * @param layer copied when the block is built
     */
    public Builder(Layer layer) {
      if (!(layer instanceof BaseRecurrentLayer recurrent)) {
        throw new IllegalArgumentException(
            "PreNormResidual: layer is "
                + (layer == null ? "null" : "a " + layer.getClass().getName())
                + "; allowed: a SequenceLayer, LSTM, GravesLSTM or SimpleRnn");
      }
      this.layer = recurrent;
      nIn(recurrent.getNIn() > 0 ? recurrent.getNIn() : recurrent.getNOut());
    }

    /** The norm before the layer. */
    public Builder norm(NormSpec norm) {
      return with("norm", norm);
    }

    @Override
    protected PreNormResidualSpec defaultSpec(long nIn, long nOut) {
      return new PreNormResidualSpec(RmsNormSpec.standard(), layer);
    }

    @Override
    public PreNormResidual build() {
      return new PreNormResidual(this);
    }
  }
}
