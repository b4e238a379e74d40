package org.dl4jext.samediff.qkan;

import org.dl4jext.samediff.Spec;
import org.dl4jext.samediff.SpecOption;

/**
 * Options of a QKAN layer: one single-qubit circuit for each edge from an input to an output.
 *
 * @param reps how often a circuit encodes its input, r
 * @param ansatz the circuit
 * @param measure what is read from it
 * @param preactivation whether the encoded angle is w x + b with trainable w and b; else x. RPZ
 *     always has them
 * @param postactivation whether an edge gives w (phi + b) with trainable w and b; else phi
 * @param base whether an edge adds a trainable multiple of silu(x)
 */
public record QkanSpec(
    int reps,
    QkanAnsatz ansatz,
    QkanMeasure measure,
    boolean preactivation,
    boolean postactivation,
    boolean base)
    implements Spec<QkanSpec> {

  /** Largest number of encodings. */
  public static final int MAX_REPS = 1024;

  public QkanSpec {
    requireCircuit("QkanSpec", reps, ansatz, measure);
  }

  static void requireCircuit(String spec, int reps, QkanAnsatz ansatz, QkanMeasure measure) {
    SpecOption.requireIn(spec, "reps", reps, 1, MAX_REPS);
    if (ansatz == null) {
      throw SpecOption.invalid(spec, "ansatz", null, "PZ, RPZ, REAL");
    }
    if (measure == null) {
      throw SpecOption.invalid(spec, "measure", null, "EXPECTATION, FAST");
    }
  }

  /**
   * Two encodings, ansatz PZ, the expectation of Z, and everything trainable: what did best over
   * the two series of the benchmark.
   */
  public static QkanSpec standard() {
    return new QkanSpec(2, QkanAnsatz.PZ, QkanMeasure.EXPECTATION, true, true, true);
  }

  /** Whether the encoded angle is w x + b. */
  boolean encodesAffinely() {
    return preactivation || ansatz == QkanAnsatz.RPZ;
  }

  /** Trainable numbers of one edge. */
  public int parametersPerEdge() {
    return ansatz.layers(reps) * ansatz.angles()
        + (encodesAffinely() ? 2 * reps : 0)
        + (postactivation ? 2 : 0)
        + (base ? 1 : 0);
  }
}
