package org.dl4jext.zoo.memory;

import org.dl4jext.samediff.Spec;

/**
 * Options of a causal softmax attention of one head.
 *
 * @param keySize elements of a query and a key
 * @param valueSize elements of a value
 */
public record CausalAttentionSpec(int keySize, int valueSize) implements Spec<CausalAttentionSpec> {

  public CausalAttentionSpec {
    if (keySize < 1 || valueSize < 1) {
      throw new IllegalArgumentException(
          "CausalAttentionSpec: keySize is "
              + keySize
              + " and valueSize is "
              + valueSize
              + "; allowed: 1 and more");
    }
  }
}
