package org.dl4jext.samediff.qkan;

import org.dl4jext.samediff.Spec;

/**
 * Options of a QKAN-LSTM, or of an HQKAN-LSTM where the latent sizes are not 0.
 *
 * @param reps how often a circuit encodes its input, r
 * @param ansatz the circuit
 * @param measure what is read from it
 * @param preactivation whether the encoded angle is w x + b with trainable w and b; else x. RPZ
 *     always has them
 * @param postactivation whether an edge gives w (phi + b) with trainable w and b; else phi
 * @param base whether an edge adds a trainable multiple of silu(x)
 * @param latentIn inputs d1 of the latent QKAN of each gate; 0 for no encoder and decoder
 * @param latentOut outputs d2 of the latent QKAN of each gate; 0 together with latentIn
 * @param sharedCodec one encoder and decoder for the four gates instead of one for each
 */
public record QkanLstmSpec(
    int reps,
    QkanAnsatz ansatz,
    QkanMeasure measure,
    boolean preactivation,
    boolean postactivation,
    boolean base,
    int latentIn,
    int latentOut,
    boolean sharedCodec)
    implements Spec<QkanLstmSpec> {

  private static final int MAX_LATENT = 1 << 16;

  public QkanLstmSpec {
    QkanSpec.requireCircuit("QkanLstmSpec", reps, ansatz, measure);
    requireLatent("latentIn", latentIn);
    requireLatent("latentOut", latentOut);
    if ((latentIn == 0) != (latentOut == 0)) {
      throw new IllegalArgumentException(
          "QkanLstmSpec: latentIn is "
              + latentIn
              + " and latentOut is "
              + latentOut
              + "; allowed: both 0 or both positive");
    }
    if (sharedCodec && latentIn == 0) {
      throw new IllegalArgumentException(
          "QkanLstmSpec: sharedCodec is true; allowed: false where latentIn is 0");
    }
  }

  private static void requireLatent(String name, int size) {
    if (size < 0 || size > MAX_LATENT) {
      throw new IllegalArgumentException(
          "QkanLstmSpec: " + name + " is " + size + "; allowed: 0 to " + MAX_LATENT);
    }
  }

  /** A QKAN layer for each gate, with the options of a layer. */
  public static QkanLstmSpec of(QkanSpec edges) {
    return new QkanLstmSpec(
        edges.reps(),
        edges.ansatz(),
        edges.measure(),
        edges.preactivation(),
        edges.postactivation(),
        edges.base(),
        0,
        0,
        false);
  }

  /** A QKAN layer for each gate, with {@link QkanSpec#standard()} edges. */
  public static QkanLstmSpec standard() {
    return of(QkanSpec.standard());
  }

  /** A copy whose gates are linear encoder, latent QKAN and linear decoder, each gate its own. */
  public QkanLstmSpec withLatent(int latentIn, int latentOut) {
    return with(java.util.Map.of("latentIn", latentIn, "latentOut", latentOut));
  }

  /** Whether encoders and decoders stand around the circuits. */
  public boolean isHybrid() {
    return latentIn > 0;
  }

  /** The options of the edges. */
  public QkanSpec edges() {
    return new QkanSpec(reps, ansatz, measure, preactivation, postactivation, base);
  }
}
