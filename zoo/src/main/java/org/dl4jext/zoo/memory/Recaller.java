package org.dl4jext.zoo.memory;

import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.datasets.SequenceTask;
import org.dl4jext.recurrent.SequenceLayer;
import org.dl4jext.recurrent.block.LayerNorm;
import org.dl4jext.recurrent.block.PreNormResidual;
import org.dl4jext.recurrent.memory.MemoryCaching;
import org.dl4jext.recurrent.training.AdamW;
import org.dl4jext.samediff.block.LayerNormSpec;
import org.dl4jext.samediff.memory.CachingSpec;
import org.dl4jext.samediff.memory.CachingVariant;
import org.dl4jext.samediff.memory.KeyMixing;
import org.dl4jext.samediff.memory.MemoryCachingSpec;
import org.dl4jext.zoo.models.RecurrentZooModel;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.PolySchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/**
 * The network of the recall runs: embedding, one pre-norm memory layer of one head with shifted
 * keys beside a residual, a norm, and a softmax over the tokens.
 */
public final class Recaller extends RecurrentZooModel<MultiLayerNetwork> {

  private static final double WEIGHT_DECAY = 0.01;

  /** A segment that no example ends. */
  private static final int WHOLE = 1 << 20;

  private final int classes;
  private final RecallOptions options;

  /** A model that reads the tokens of the task; its only axis of input is their number. */
  public Recaller(SequenceTask task, RecallOptions options) {
    super(List.of("tokens"), task.tokens());
    this.classes = task.classes();
    this.options = options;
  }

  @Override
  protected MultiLayerNetwork network() {
    int width = options.width();
    var schedule = new PolySchedule(ScheduleType.ITERATION, options.rate(), 1, options.steps());
    var configuration =
        new AdamW(schedule, WEIGHT_DECAY)
            .install(new NeuralNetConfiguration.Builder().seed(options.seed()))
            .list()
            .layer(
                new EmbeddingSequenceLayer.Builder()
                    .nIn(input(0))
                    .nOut(width)
                    .weightInit(new NormalDistribution(0, 1))
                    .build())
            .layer(new PreNormResidual.Builder(layer()).norm(LayerNormSpec.standard()).build())
            .layer(new LayerNorm.Builder().nIn(width).nOut(width).build())
            .layer(
                new RnnOutputLayer.Builder(LossFunction.MCXENT)
                    .nIn(width)
                    .nOut(classes)
                    .activation(Activation.SOFTMAX)
                    .dataFormat(RNNFormat.NCW)
                    .build())
            .build();
    return new MultiLayerNetwork(configuration);
  }

  private SequenceLayer<?> layer() {
    int width = options.width();
    if (options.memory() == null) {
      return new CausalAttention.Builder()
          .nIn(width)
          .nOut(width)
          .spec(new CausalAttentionSpec(options.keySize(), options.valueSize()))
          .build();
    }
    CachingSpec caching =
        options.caching() == null
            ? CachingSpec.ofSegments(WHOLE).withVariant(CachingVariant.RESIDUAL)
            : options.caching();
    MemoryCachingSpec spec =
        MemoryCachingSpec.of(options.memory(), caching, width, 1)
            .withKeySize(options.keySize())
            .withValueSize(options.valueSize())
            .withDeepSize(4 * options.keySize())
            .withKeyMixing(KeyMixing.SHIFT)
            .withRouterScale(options.routerScale())
            .withLearnedRouterScale(caching.hasRouter())
            .withOutputNorm(false);
    return new MemoryCaching.Builder().nIn(width).nOut(width).spec(spec).build();
  }
}
