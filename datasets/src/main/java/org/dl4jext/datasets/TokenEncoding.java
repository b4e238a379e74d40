package org.dl4jext.datasets;

/** How tokens become features. */
public enum TokenEncoding {
  /** [N, tokens, T], one channel a token. */
  ONE_HOT,
  /** [N, 1, T], the token itself: what an embedding layer takes. */
  INDEX
}
