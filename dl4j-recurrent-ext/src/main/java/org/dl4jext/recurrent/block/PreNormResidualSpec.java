package org.dl4jext.recurrent.block;

import java.util.Objects;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.dl4jext.samediff.Spec;
import org.dl4jext.samediff.block.NormSpec;

/**
 * Options of a {@link PreNormResidual}.
 *
 * @param norm the norm before the layer
 * @param layer the layer; copied, and never changed
 */
public record PreNormResidualSpec(NormSpec norm, BaseRecurrentLayer layer)
    implements Spec<PreNormResidualSpec> {

  public PreNormResidualSpec {
    Objects.requireNonNull(norm, "PreNormResidualSpec: norm is null; allowed: a norm");
    Objects.requireNonNull(layer, "PreNormResidualSpec: layer is null; allowed: a layer");
    Branch.requireSupported(layer);
    layer = (BaseRecurrentLayer) layer.clone();
  }

  public PreNormResidualSpec withNorm(NormSpec norm) {
    return with("norm", norm);
  }
}
