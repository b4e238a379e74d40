package org.dl4jext.zoo.cli;

import java.util.ArrayList;
import org.dl4jext.zoo.catalogue.NamedLayer;

/** The names of the recurrent layers, for help texts and shell completion. */
final class LayerNames extends ArrayList<String> {

  private static final long serialVersionUID = 1L;

  LayerNames() {
    super(NamedLayer.labels());
  }
}
