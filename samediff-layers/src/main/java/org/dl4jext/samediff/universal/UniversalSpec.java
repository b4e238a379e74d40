package org.dl4jext.samediff.universal;

import org.dl4jext.samediff.Spec;
import org.dl4jext.samediff.SpecOption;

/**
 * Options of a Universal Transformer: one block, applied several times, with halting.
 *
 * @param heads attention heads; they divide the width
 * @param innerSize hidden size of the transition function; 0 for 4 times the width
 * @param maxSteps N, steps of the loop; with halting, at most so many
 * @param halting who decides when to stop
 * @param actType how the states become the output of halting
 * @param epsilon a position halts when its probabilities sum to more than 1 - epsilon
 * @param forceRemainder whether who still runs at the last step halts there with the remainder
 * @param haltedState what becomes of the state of a halted position
 * @param maskHalting whether masked positions neither ponder nor count in the ponder cost
 * @param haltingBias start of the bias of the halting unit
 * @param ponderWeight factor of the ponder cost in the loss of a layer; 0 for none
 * @param norm where the layer norms stand
 * @param layerNormEpsilon added to the variance
 * @param positionTiming signal of a position, added at every step
 * @param stepTiming signal of a step
 * @param positionIndex how positions are counted
 * @param randomOffset while training, the first position is drawn from 0 to this number at each
 *     pass
 * @param causal whether positions see earlier ones only
 * @param maxLength positions that the caches of a causal layer hold, and rows of a learned position
 *     signal
 * @param cacheLimit what happens where a sequence is longer than the caches
 * @param padding what a masked position is
 * @param attentionDropout rate at which attention weights are dropped while training
 * @param transitionDropout rate for the hidden values of the transition function
 * @param residualDropout rate for what attention and transition add to the state
 */
public record UniversalSpec(
    int heads,
    int innerSize,
    int maxSteps,
    HaltingScope halting,
    ActType actType,
    double epsilon,
    boolean forceRemainder,
    HaltedState haltedState,
    boolean maskHalting,
    double haltingBias,
    double ponderWeight,
    NormPlacement norm,
    double layerNormEpsilon,
    TimingSignal positionTiming,
    TimingSignal stepTiming,
    PositionIndex positionIndex,
    int randomOffset,
    boolean causal,
    int maxLength,
    CacheLimit cacheLimit,
    Padding padding,
    double attentionDropout,
    double transitionDropout,
    double residualDropout)
    implements Spec<UniversalSpec> {

  private static final String NAME = "UniversalSpec";

  /** Largest size and length. */
  public static final int MAX_SIZE = 1 << 20;

  public UniversalSpec {
    SpecOption.requireIn(NAME, "heads", heads, 1, MAX_SIZE);
    SpecOption.requireIn(NAME, "innerSize", innerSize, 0, MAX_SIZE);
    SpecOption.requireIn(NAME, "maxSteps", maxSteps, 1, HaltingSpec.MAX_STEPS);
    UniversalOption.requireChoice(NAME, "halting", halting, HaltingScope.values());
    UniversalOption.requireHalting(NAME, epsilon, actType);
    UniversalOption.requireChoice(NAME, "haltedState", haltedState, HaltedState.values());
    if (!Double.isFinite(haltingBias)) {
      throw SpecOption.invalid(NAME, "haltingBias", haltingBias, "a finite number");
    }
    if (!(ponderWeight >= 0 && Double.isFinite(ponderWeight))) {
      throw SpecOption.invalid(NAME, "ponderWeight", ponderWeight, "0 and more");
    }
    UniversalOption.requireChoice(NAME, "norm", norm, NormPlacement.values());
    if (!(layerNormEpsilon > 0 && layerNormEpsilon <= 1)) {
      throw SpecOption.invalid(NAME, "layerNormEpsilon", layerNormEpsilon, "above 0, at most 1");
    }
    UniversalOption.requireChoice(NAME, "positionTiming", positionTiming, TimingSignal.values());
    UniversalOption.requireChoice(NAME, "stepTiming", stepTiming, TimingSignal.values());
    UniversalOption.requireChoice(NAME, "positionIndex", positionIndex, PositionIndex.values());
    SpecOption.requireIn(NAME, "randomOffset", randomOffset, 0, MAX_SIZE);
    SpecOption.requireIn(NAME, "maxLength", maxLength, 1, MAX_SIZE);
    UniversalOption.requireChoice(NAME, "cacheLimit", cacheLimit, CacheLimit.values());
    UniversalOption.requireChoice(NAME, "padding", padding, Padding.values());
    UniversalOption.requireRate(NAME, "attentionDropout", attentionDropout);
    UniversalOption.requireRate(NAME, "transitionDropout", transitionDropout);
    UniversalOption.requireRate(NAME, "residualDropout", residualDropout);
    if (causal && halting == HaltingScope.GLOBAL) {
      throw SpecOption.invalid(
          NAME, "halting", halting, "NONE or POSITION with causal; GLOBAL looks ahead");
    }
    if (causal && padding == Padding.ABSENT && positionIndex == PositionIndex.ABSOLUTE) {
      throw SpecOption.invalid(
          NAME, "positionIndex", positionIndex, "VALID with causal; the caches hold no padding");
    }
    if (padding == Padding.ABSENT && !maskHalting) {
      throw SpecOption.invalid(
          NAME, "maskHalting", false, "true with padding ABSENT; what is not there cannot ponder");
    }
    if (cacheLimit == CacheLimit.SLIDE && (!causal || positionTiming == TimingSignal.LEARNED)) {
      throw SpecOption.invalid(
          NAME, "cacheLimit", cacheLimit, "REFUSE without causal, or with learned positions");
    }
  }

  /**
   * The library's choice: pre-norm, 6 steps, ACCUMULATED halting with forced remainder by position,
   * a ponder cost of 0.01, sinusoid positions and learned steps, no dropout.
   *
   * @param heads attention heads
   */
  public static UniversalSpec ofHeads(int heads) {
    return new UniversalSpec(
        heads,
        0,
        6,
        HaltingScope.POSITION,
        ActType.ACCUMULATED,
        0.01,
        true,
        HaltedState.CONTINUE,
        true,
        1,
        0.01,
        NormPlacement.PRE,
        1e-6,
        TimingSignal.SINUSOID,
        TimingSignal.LEARNED,
        PositionIndex.VALID,
        0,
        false,
        512,
        CacheLimit.REFUSE,
        Padding.ABSENT,
        0,
        0,
        0);
  }

  /** Whether positions or examples halt. */
  public boolean halts() {
    return halting != HaltingScope.NONE;
  }

  /** The options of halting alone. */
  public HaltingSpec haltingSpec() {
    return new HaltingSpec(maxSteps, epsilon, actType, forceRemainder);
  }

  /** Whether training drops something at random. */
  public boolean drops() {
    return attentionDropout > 0 || transitionDropout > 0 || residualDropout > 0;
  }

  /** How many positions, its own included, a position sees. */
  public int window() {
    return cacheLimit == CacheLimit.SLIDE ? maxLength : Integer.MAX_VALUE;
  }
}
