package org.dl4jext.samediff.plstm;

import java.util.ArrayList;
import java.util.List;
import org.dl4jext.samediff.Spec;
import org.dl4jext.samediff.SpecOption;
import org.dl4jext.samediff.TensorShape;
import org.dl4jext.samediff.block.PreNormResidualUnit;
import org.dl4jext.samediff.block.RmsNormSpec;

/**
 * Options of a block of pLSTM-Vis: a layer in P-mode and one in D-mode, each with a residual path
 * around it and followed by a feed-forward part with another.
 *
 * @param propagation the first layer, in P-mode
 * @param diffusion the second layer, in D-mode
 * @param mlpFactor hidden size of the feed-forward parts, as a multiple of the width
 */
public record PlstmVisSpec(PlstmGridSpec propagation, PlstmGridSpec diffusion, int mlpFactor)
    implements Spec<PlstmVisSpec> {

  private static final String NAME = "PlstmVisSpec";
  private static final String[] STAGES = {"p", "pMlp", "d", "dMlp"};

  public PlstmVisSpec {
    SpecOption.requireGiven(NAME, "propagation", propagation);
    SpecOption.requireGiven(NAME, "diffusion", diffusion);
    requireMode("propagation", propagation, PlstmMode.P);
    requireMode("diffusion", diffusion, PlstmMode.D);
    SpecOption.requireIn(NAME, "mlpFactor", mlpFactor, 1, 64);
  }

  private static void requireMode(String option, PlstmGridSpec spec, PlstmMode mode) {
    if (spec.mode() != mode) {
      throw new IllegalArgumentException(
          NAME + ": mode of " + option + " is " + spec.mode() + "; allowed: " + mode);
    }
  }

  /** Scalar gates, and a feed-forward part of four times the width. */
  public static PlstmVisSpec of(int heads, int headSize) {
    return new PlstmVisSpec(
        PlstmGridSpec.of(PlstmMode.P, heads, headSize),
        PlstmGridSpec.of(PlstmMode.D, heads, headSize),
        4);
  }

  /** The same in both layers: which gates depend on the input. */
  public PlstmVisSpec withGateWeights(PlstmGateWeights weights) {
    return new PlstmVisSpec(
        propagation.with("gateWeights", weights),
        diffusion.with("gateWeights", weights),
        mlpFactor);
  }

  /** The parameters of a block, those of its four stages one after the other. */
  public List<TensorShape> parameters(long size) {
    List<TensorShape> all = new ArrayList<>();
    for (int stage = 0; stage < STAGES.length; stage++) {
      for (TensorShape p : stageParameters(stage, size)) {
        all.add(new TensorShape(STAGES[stage] + "." + p.name(), p.role(), p.shape()));
      }
    }
    return List.copyOf(all);
  }

  /** Stages: layer in P-mode, feed-forward, layer in D-mode, feed-forward. */
  static int stages() {
    return STAGES.length;
  }

  /** Parameters of one stage without the name of the stage. */
  List<TensorShape> stageParameters(int stage, long size) {
    List<TensorShape> inner =
        stage % 2 == 0
            ? new PlstmGridLayout(layer(stage), size, size).parameters()
            : List.of(
                TensorShape.weight("W", size, mlpFactor * size),
                TensorShape.bias("b", mlpFactor * size),
                TensorShape.weight("Wo", mlpFactor * size, size),
                TensorShape.bias("bo", size));
    return PreNormResidualUnit.parameters(RmsNormSpec.standard().parameters(size), inner);
  }

  PlstmGridSpec layer(int stage) {
    return stage == 0 ? propagation : diffusion;
  }
}
