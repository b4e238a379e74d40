package org.dl4jext.samediff.memory;

import java.util.List;

/**
 * The recurrent memory whose states are cached. M is the memory [V,K], k and v what is written, and
 * a memory is read as M q, or as M(q) where it is a network.
 */
public enum BaseMemory {
  /** {@code M = M + v k'}: linear attention without normaliser. */
  LINEAR(false),
  /** {@code M = M + beta (v - M k) k'}. */
  DELTA(false, "beta"),
  /** {@code M = exp(g) M, then as DELTA}; g is a log decay. */
  GATED_DELTA(false, "g", "beta"),
  /**
   * {@code M = alpha M + beta v- k-' + lambda v k'} with the k and v of the token before: linear
   * attention over a sliding window of two.
   */
  SWLA(false, "alpha", "beta", "lambda"),
  /**
   * Deep linear attention, {@code M(x) = W2 gelu(W1 x)}: {@code W = alpha W - eta grad L} with
   * {@code L = -<M(k), v>}.
   */
  DLA(true, "eta", "alpha"),
  /**
   * The deep memory of Titans, {@code M(x) = W2 gelu(W1 x)}: {@code S = beta S - eta grad L, W =
   * alpha W + S} with {@code L = |M(k) - v|^2}. The published signs ascend; these descend.
   */
  TITANS(true, "eta", "alpha", "beta");

  private final boolean deep;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> scalars;

  BaseMemory(boolean deep, String... scalars) {
    this.deep = deep;
    this.scalars = List.of(scalars);
  }

  /** Whether the memory is a network of two layers with learned start weights. */
  public boolean isDeep() {
    return deep;
  }

  /** Names of the numbers for each token and head, in the order of the inputs. */
  public List<String> scalars() {
    return scalars;
  }

  /** Elements of a memory that a read needs; these are cached. */
  int readSize(int keySize, int valueSize, int deepSize) {
    return deep ? deepSize * (keySize + valueSize) : valueSize * keySize;
  }

  /** Elements that a write needs: also the token before, or the momentum. */
  int size(int keySize, int valueSize, int deepSize) {
    int read = readSize(keySize, valueSize, deepSize);
    return switch (this) {
      case SWLA -> read + keySize + valueSize;
      case TITANS -> 2 * read;
      default -> read;
    };
  }
}
