package org.dl4jext.zoo.universal;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.dl4jext.recurrent.universal.UniversalTransformer;
import org.dl4jext.recurrent.universal.UniversalTransformerDecoder;
import org.dl4jext.recurrent.universal.UniversalTransformerDecoderVertex;
import org.dl4jext.samediff.universal.PositionIndex;
import org.dl4jext.samediff.universal.UniversalSpec;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A Universal Transformer that reads one sequence and writes another: an encoder, a causal decoder
 * that attends to it, and a softmax over classes.
 *
 * <p>Inputs of the graph: {@code source} [N,nIn,M], and {@code target} [N,classes,T], the labels
 * one step later. The ponder costs of both sides are part of the score.
 */
public final class UniversalTransformerSeq2Seq {

  private UniversalTransformerSeq2Seq() {}

  /**
   * The network.
   *
   * @param spec options of both sides; the decoder is causal
   * @param channels of the source
   * @param width of both sides
   * @param classes of the target
   * @param training rate, updates and seed
   */
  public static ComputationGraphConfiguration of(
      UniversalSpec spec,
      int channels,
      int width,
      int classes,
      UniversalTransformerClassifier.Training training) {
    GraphBuilder graph = training.builder().graphBuilder().addInputs("source", "target");
    graph.addLayer(
        "encoder",
        new UniversalTransformer.Builder()
            .nIn(channels)
            .nOut(width)
            .spec(spec.with("causal", false))
            .build(),
        "source");
    UniversalSpec causal = spec.with("positionIndex", PositionIndex.VALID).with("causal", true);
    UniversalTransformerDecoderVertex.add(
        graph,
        "decoder",
        new UniversalTransformerDecoder.Builder().nIn(classes).nOut(width).spec(causal).build(),
        "target",
        "encoder");
    return graph
        .addLayer(
            "out",
            new RnnOutputLayer.Builder(LossFunction.MCXENT)
                .nIn(width)
                .nOut(classes)
                .activation(Activation.SOFTMAX)
                .dataFormat(RNNFormat.NCW)
                .build(),
            "decoder")
        .setOutputs("out")
        .build();
  }
}
