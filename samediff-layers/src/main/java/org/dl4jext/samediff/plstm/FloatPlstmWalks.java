package org.dl4jext.samediff.plstm;

import java.util.Arrays;
import org.dl4jext.samediff.kernel.FloatHostArrays;
import org.dl4jext.samediff.kernel.FloatMath;
import org.dl4jext.samediff.kernel.HostThreads;

/** A {@link FloatPlstmWalk} for each worker, and the states that the walks keep. */
final class FloatPlstmWalks {

  /** Numbers of states from which on a second thread is worth its start. */
  private static final long SMALLEST_SHARE = 1 << 14;

  private final FloatPlstmWalk[] walks;
  private final int stateLength;

  /** States before each block of each lane; room for {@link #reserve}. */
  float[] saved;

  FloatPlstmWalks(PlstmHead head, double scale) {
    stateLength = head.stateLength();
    walks = new FloatPlstmWalk[HostThreads.configured()];
    Arrays.setAll(walks, w -> new FloatPlstmWalk(head, FloatMath.of(scale)));
  }

  /** Makes room for kept states. */
  void reserve(long length) {
    saved = FloatHostArrays.ensure(saved, length);
  }

  /** Work on one lane. */
  @FunctionalInterface
  interface Part {
    void run(FloatPlstmWalk walk, int lane);
  }

  /** Runs all lanes, each of so many positions. */
  void run(int lanes, long positions, Part part) {
    long useful = Math.max(1, lanes * positions * stateLength / SMALLEST_SHARE);
    int workers = (int) Math.min(walks.length, useful);
    HostThreads.run(lanes, workers, (lane, worker) -> part.run(walks[worker], lane));
  }
}
