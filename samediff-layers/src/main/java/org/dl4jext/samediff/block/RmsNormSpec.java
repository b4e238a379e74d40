package org.dl4jext.samediff.block;

import org.dl4jext.samediff.Spec;
import org.dl4jext.samediff.SpecOption;

/**
 * Options of the root-mean-square norm: {@code y = g x / sqrt(mean(x^2) + eps)}.
 *
 * @param eps added inside the root, in (0,1]
 * @param gain whether there is a gain g
 */
public record RmsNormSpec(double eps, boolean gain) implements Spec<RmsNormSpec>, NormSpec {

  public RmsNormSpec {
    SpecOption.requirePositiveEps("RmsNormSpec", "eps", eps);
  }

  /** Epsilon 1e-5 and a gain. */
  public static RmsNormSpec standard() {
    return new RmsNormSpec(1e-5, true);
  }

  public RmsNormSpec withEps(double eps) {
    return with("eps", eps);
  }

  public RmsNormSpec withGain(boolean gain) {
    return with("gain", gain);
  }

  @Override
  public boolean bias() {
    return false;
  }

  @Override
  public boolean centred() {
    return false;
  }
}
