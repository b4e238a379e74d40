package org.dl4jext.samediff.block;

import org.dl4jext.samediff.Spec;
import org.dl4jext.samediff.SpecOption;

/**
 * Options of the layer norm: {@code y = g (x - mean(x)) / sqrt(var(x) + eps) + b}, with the biased
 * variance.
 *
 * @param eps added inside the root, in (0,1]
 * @param gain whether there is a gain g
 * @param bias whether there is a bias b
 */
public record LayerNormSpec(double eps, boolean gain, boolean bias)
    implements Spec<LayerNormSpec>, NormSpec {

  public LayerNormSpec {
    SpecOption.requirePositiveEps("LayerNormSpec", "eps", eps);
  }

  /** Epsilon 1e-5, a gain and a bias. */
  public static LayerNormSpec standard() {
    return new LayerNormSpec(1e-5, true, true);
  }

  public LayerNormSpec withEps(double eps) {
    return with("eps", eps);
  }

  public LayerNormSpec withGain(boolean gain) {
    return with("gain", gain);
  }

  public LayerNormSpec withBias(boolean bias) {
    return with("bias", bias);
  }

  @Override
  public boolean centred() {
    return true;
  }
}
