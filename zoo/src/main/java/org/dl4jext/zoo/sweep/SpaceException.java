package org.dl4jext.zoo.sweep;

/** A space that cannot be searched; the message has file, line and name. */
public final class SpaceException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  SpaceException(String file, int line, String name, String problem) {
    super(file + ":" + line + ": " + (name.isEmpty() ? "" : name + ": ") + problem);
  }
}
