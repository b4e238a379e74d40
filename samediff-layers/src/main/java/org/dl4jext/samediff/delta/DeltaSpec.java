package org.dl4jext.samediff.delta;

import org.dl4jext.samediff.Spec;
import org.dl4jext.samediff.SpecOption;

/**
 * All options of the delta family: DeltaNet, Gated DeltaNet, DeltaProduct and Gated DeltaProduct
 * are values of this record. Valid by construction.
 *
 * @param heads H, number of query and key heads
 * @param valueHeads HV, number of value heads and states; a multiple of {@code heads}. Value head j
 *     reads query and key head j / (HV/H)
 * @param keySize K, rows of a state
 * @param valueSize V, columns of a state
 * @param householders n, micro-steps (generalised Householder factors) for each token
 * @param eigenvalueRange SIGNED doubles beta
 * @param forgetGate whether a state decays by exp(g) before each token
 * @param learnedBeta whether beta is sigmoid of a projection; otherwise it is 1 (2 when SIGNED)
 * @param convolutionWidth taps of the causal depthwise convolution of q, k and v; 0 for none
 * @param convolutionBias whether that convolution adds a bias
 * @param queryKeyActivation activation of q and k
 * @param valueActivation activation of v
 * @param queryKeyNorm normalisation of q and k
 * @param queryKeyNormEps epsilon inside the root of the L2 norm
 * @param scale factor on the read S'q; 0 stands for 1/sqrt(keySize)
 * @param outputGate whether the normalised read is multiplied by SiLU of a projection
 * @param outputNorm whether each head's read goes through an RMS norm with a gain
 * @param outputNormEps epsilon inside the root of that norm
 * @param chunkTokens tokens that the chunk-parallel forms take at once; 0 lets the kernel choose.
 *     The result does not depend on it
 */
public record DeltaSpec(
    int heads,
    int valueHeads,
    int keySize,
    int valueSize,
    int householders,
    EigenvalueRange eigenvalueRange,
    boolean forgetGate,
    boolean learnedBeta,
    int convolutionWidth,
    boolean convolutionBias,
    Activation queryKeyActivation,
    Activation valueActivation,
    QueryKeyNorm queryKeyNorm,
    double queryKeyNormEps,
    double scale,
    boolean outputGate,
    boolean outputNorm,
    double outputNormEps,
    int chunkTokens)
    implements Spec<DeltaSpec> {

  private static final int MAX_SIZE = 1 << 16;

  public DeltaSpec {
    SpecOption.requireIn("DeltaSpec", "heads", heads, 1, MAX_SIZE);
    SpecOption.requireIn("DeltaSpec", "valueHeads", valueHeads, 1, MAX_SIZE);
    if (valueHeads % heads != 0) {
      throw SpecOption.invalid(
          "DeltaSpec", "valueHeads", valueHeads, "a multiple of heads (" + heads + ")");
    }
    SpecOption.requireIn("DeltaSpec", "keySize", keySize, 1, MAX_SIZE);
    SpecOption.requireIn("DeltaSpec", "valueSize", valueSize, 1, MAX_SIZE);
    SpecOption.requireIn("DeltaSpec", "householders", householders, 1, 64);
    SpecOption.requireGiven("DeltaSpec", "eigenvalueRange", eigenvalueRange);
    SpecOption.requireIn("DeltaSpec", "convolutionWidth", convolutionWidth, 0, 1024);
    if (convolutionBias && convolutionWidth == 0) {
      throw SpecOption.invalid(
          "DeltaSpec", "convolutionBias", true, "false where convolutionWidth is 0");
    }
    SpecOption.requireGiven("DeltaSpec", "queryKeyActivation", queryKeyActivation);
    SpecOption.requireGiven("DeltaSpec", "valueActivation", valueActivation);
    SpecOption.requireGiven("DeltaSpec", "queryKeyNorm", queryKeyNorm);
    SpecOption.requireEps("DeltaSpec", "queryKeyNormEps", queryKeyNormEps);
    if (!(scale >= 0) || Double.isInfinite(scale)) {
      throw SpecOption.invalid(
          "DeltaSpec", "scale", scale, "0 (for 1/sqrt(keySize)) or a positive number");
    }
    SpecOption.requireEps("DeltaSpec", "outputNormEps", outputNormEps);
    SpecOption.requireIn("DeltaSpec", "chunkTokens", chunkTokens, 0, MAX_SIZE);
  }

  /** The sizes that most users want: DeltaProduct with two signed householders and square heads. */
  public static DeltaSpec ofWidth(int width, int heads) {
    return deltaProduct(width, heads, 2);
  }

  /** DeltaNet: one householder, eigenvalues in [0,1], short convolution, no gates. */
  public static DeltaSpec deltaNet(int width, int heads) {
    return plain(width, heads, 1).withEigenvalueRange(EigenvalueRange.UNIT).withConvolutionWidth(4);
  }

  /** Gated DeltaNet: DeltaNet with forget gate and output gate. */
  public static DeltaSpec gatedDeltaNet(int width, int heads) {
    return deltaNet(width, heads).withForgetGate(true).withOutputGate(true);
  }

  /** DeltaProduct as used for state tracking: n signed householders, no convolution, no gates. */
  public static DeltaSpec deltaProduct(int width, int heads, int householders) {
    return plain(width, heads, householders);
  }

  /** Gated DeltaProduct: n signed householders, short convolution, forget gate and output gate. */
  public static DeltaSpec gatedDeltaProduct(int width, int heads, int householders) {
    return plain(width, heads, householders)
        .withConvolutionWidth(4)
        .withForgetGate(true)
        .withOutputGate(true);
  }

  private static DeltaSpec plain(int width, int heads, int householders) {
    SpecOption.requireIn("DeltaSpec", "heads", heads, 1, MAX_SIZE);
    if (width <= 0 || width % heads != 0) {
      throw SpecOption.invalid(
          "DeltaSpec", "width", width, "a positive multiple of heads (" + heads + ")");
    }
    int size = width / heads;
    return new DeltaSpec(
        heads,
        heads,
        size,
        size,
        householders,
        EigenvalueRange.SIGNED,
        false,
        true,
        0,
        false,
        Activation.SILU,
        Activation.SILU,
        QueryKeyNorm.L2,
        1e-6,
        0,
        false,
        true,
        1e-5,
        0);
  }

  /** The factor on the read. */
  public double readScale() {
    return scale == 0 ? 1 / Math.sqrt(keySize) : scale;
  }

  /** The largest beta: 2 when SIGNED, else 1. */
  public double betaScale() {
    return eigenvalueRange == EigenvalueRange.SIGNED ? 2 : 1;
  }

  public DeltaSpec withHeads(int heads) {
    return with("heads", heads);
  }

  public DeltaSpec withValueHeads(int valueHeads) {
    return with("valueHeads", valueHeads);
  }

  public DeltaSpec withKeySize(int keySize) {
    return with("keySize", keySize);
  }

  public DeltaSpec withValueSize(int valueSize) {
    return with("valueSize", valueSize);
  }

  public DeltaSpec withHouseholders(int householders) {
    return with("householders", householders);
  }

  public DeltaSpec withEigenvalueRange(EigenvalueRange eigenvalueRange) {
    return with("eigenvalueRange", eigenvalueRange);
  }

  public DeltaSpec withForgetGate(boolean forgetGate) {
    return with("forgetGate", forgetGate);
  }

  public DeltaSpec withLearnedBeta(boolean learnedBeta) {
    return with("learnedBeta", learnedBeta);
  }

  public DeltaSpec withConvolutionWidth(int convolutionWidth) {
    return with("convolutionWidth", convolutionWidth);
  }

  public DeltaSpec withConvolutionBias(boolean convolutionBias) {
    return with("convolutionBias", convolutionBias);
  }

  public DeltaSpec withQueryKeyActivation(Activation queryKeyActivation) {
    return with("queryKeyActivation", queryKeyActivation);
  }

  public DeltaSpec withValueActivation(Activation valueActivation) {
    return with("valueActivation", valueActivation);
  }

  public DeltaSpec withQueryKeyNorm(QueryKeyNorm queryKeyNorm) {
    return with("queryKeyNorm", queryKeyNorm);
  }

  public DeltaSpec withQueryKeyNormEps(double queryKeyNormEps) {
    return with("queryKeyNormEps", queryKeyNormEps);
  }

  public DeltaSpec withScale(double scale) {
    return with("scale", scale);
  }

  public DeltaSpec withOutputGate(boolean outputGate) {
    return with("outputGate", outputGate);
  }

  public DeltaSpec withOutputNorm(boolean outputNorm) {
    return with("outputNorm", outputNorm);
  }

  public DeltaSpec withOutputNormEps(double outputNormEps) {
    return with("outputNormEps", outputNormEps);
  }

  public DeltaSpec withChunkTokens(int chunkTokens) {
    return with("chunkTokens", chunkTokens);
  }
}
