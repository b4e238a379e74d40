package org.dl4jext.zoo.universal;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jext.recurrent.universal.UniversalTransformer;
import org.dl4jext.recurrent.universal.UniversalTransformerDecoder;
import org.dl4jext.recurrent.universal.UniversalTransformerDecoderVertex;
import org.dl4jext.samediff.universal.PositionIndex;
import org.dl4jext.samediff.universal.UniversalSpec;

/**
 * A Universal Transformer that reads one sequence and writes another: an encoder, a causal decoder
 * that attends to it, and a softmax over classes.
 *
 * <p>Inputs of the graph: {@code source} [N,nIn,M], and {@code target} [N,classes,T], the labels
 * one step later. The ponder costs of both sides are part of the score.
 */
public final class UniversalTransformerSeq2Seq extends UniversalModel<ComputationGraph> {

  /**
   * A model.
   *
   * @param spec options of both sides; the decoder is causal
   * @param channels of the source
   * @param width of both sides
   * @param classes of the target
   * @param training rate, updates and seed
   */
  public UniversalTransformerSeq2Seq(
      UniversalSpec spec, int channels, int width, int classes, Training training) {
    super(spec, channels, width, classes, training);
  }

  /** The network without parameters. */
  public ComputationGraphConfiguration configuration() {
    GraphBuilder graph = training.builder().graphBuilder().addInputs("source", "target");
    graph.addLayer(
        "encoder",
        new UniversalTransformer.Builder()
            .nIn(channels())
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
        .addLayer("out", Training.readout(width, classes), "decoder")
        .setOutputs("out")
        .build();
  }

  @Override
  protected ComputationGraph network() {
    return new ComputationGraph(configuration());
  }
}
