package org.dl4jext.zoo.stream;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** A model that answers each step at once and keeps its state. Not thread-safe. */
public interface ModelStream {

  /** Numbers of a step. */
  int inputs();

  /**
   * The answer to one step.
   *
   * @param x {@link #inputs()} numbers
   */
  double[] step(double[] x);

  /** Writes the state. */
  void write(DataOutputStream out) throws IOException;

  /**
   * Takes over a state that {@link #write} of the same model wrote.
   *
   * @throws IOException if it is none; the state is then that of the start
   */
  void read(DataInputStream in) throws IOException;
}
