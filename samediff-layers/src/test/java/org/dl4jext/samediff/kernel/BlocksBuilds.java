package org.dl4jext.samediff.kernel;

import java.util.ArrayList;
import java.util.List;

/** Both builds of the inner loops, for tests; one where the vector module is missing. */
public final class BlocksBuilds {

  private BlocksBuilds() {}

  public static List<FloatBlocks> floats() {
    List<FloatBlocks> builds = new ArrayList<>(List.of(new FloatPlainBlocks()));
    if (FloatBlocksHolder.vector() != null) {
      builds.add(FloatBlocksHolder.vector());
    }
    return builds;
  }

  public static List<DoubleBlocks> doubles() {
    List<DoubleBlocks> builds = new ArrayList<>(List.of(new DoublePlainBlocks()));
    if (DoubleBlocksHolder.vector() != null) {
      builds.add(DoubleBlocksHolder.vector());
    }
    return builds;
  }
}
