package org.dl4jext.zoo.sweep;

/** Leaves a training loop whose listener cannot say that it is enough. */
final class EndedEarly extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private EndedEarly() {
    super("ended early", null, false, false);
  }

  static void unless(boolean goesOn) {
    if (!goesOn) {
      throw new EndedEarly();
    }
  }
}
