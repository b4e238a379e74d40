package org.dl4jext.zoo.models;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.Set;
import org.bytedeco.javacpp.indexer.HalfIndexer;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Reads a vector in ND4J's binary format: the buffer of the shape (rank, sizes, strides and three
 * numbers more), then that of the values. ND4J's own reader believes every number in it.
 */
final class VectorEntry {

  private static final int MAX_RANK = 32;

  /** Ways of ND4J to keep a buffer that write its length in 4 bytes, and in 8. */
  private static final Set<String> INT_LENGTH = Set.of("DIRECT", "HEAP", "JAVACPP");

  private static final Set<String> LONG_LENGTH = Set.of("LONG_SHAPE", "MIXED_DATA_TYPES");

  private final DataInputStream in;
  private final String entry;
  private final long size;

  /**
   * A reader of vectors.
   *
   * @param size bytes of the whole entry, more than which no vector can have
   */
  VectorEntry(String entry, long size, DataInputStream in) {
    this.entry = entry;
    this.size = size;
    this.in = in;
  }

  private record Header(long length, String type) {}

  private Header header() throws IOException {
    String mode = in.readUTF();
    if (!INT_LENGTH.contains(mode) && !LONG_LENGTH.contains(mode)) {
      throw broken("a buffer of an unknown kind");
    }
    long length = INT_LENGTH.contains(mode) ? in.readInt() : in.readLong();
    return new Header(length, in.readUTF());
  }

  /** Reads the next vector, of any length up to the largest, as [1,length]. */
  INDArray upTo(long largest) throws IOException {
    long length = length();
    if (length < 1 || length > largest) {
      throw broken("a vector of " + length + " values; allowed: 1 to " + largest);
    }
    return values(length);
  }

  /** Reads the next vector, of this length, as [1,length]. */
  INDArray of(long expected, String what) throws IOException {
    long length = length();
    if (length != expected) {
      throw broken(length + " values; the configuration has " + expected + " " + what);
    }
    return values(length);
  }

  private INDArray values(long length) throws IOException {
    Header data = header();
    if (data.length() != length) {
      throw broken(data.length() + " values in a vector of " + length);
    }
    DataType type =
        switch (data.type()) {
          case "FLOAT" -> DataType.FLOAT;
          case "DOUBLE" -> DataType.DOUBLE;
          case "HALF" -> DataType.FLOAT16;
          default -> throw broken("values of the type " + ModelArchive.shown(data.type()));
        };
    if (length > size / type.width()) {
      throw broken("fewer values than the " + length + " that it says");
    }
    INDArray vector = Nd4j.createUninitialized(type, 1, length);
    DataBuffer values = vector.data();
    for (long i = 0; i < length; i++) {
      switch (type) {
        case FLOAT -> values.put(i, in.readFloat());
        case DOUBLE -> values.put(i, in.readDouble());
        default -> values.put(i, HalfIndexer.toFloat(in.readShort()));
      }
    }
    return vector;
  }

  /** Number of values that a shape with at most one axis longer than 1 has. */
  private long length() throws IOException {
    Header header = header();
    boolean ints = header.type().equals("INT");
    if ((!ints && !header.type().equals("LONG"))
        || header.length() < 4
        || header.length() > 2 * MAX_RANK + 4) {
      throw broken("a shape that cannot be read");
    }
    long length = 1;
    long rank = 0;
    for (int i = 0; i < header.length(); i++) {
      long number = ints ? in.readInt() : in.readLong();
      if (i == 0) {
        rank = number;
        if (2 * rank + 4 != header.length()) {
          throw broken("a shape that cannot be read");
        }
      } else if (i <= rank && number != 1) {
        if (length != 1) {
          throw broken("an array; expected is a vector");
        }
        length = number;
      }
    }
    return length;
  }

  /** Requires that nothing follows. */
  void end() throws IOException {
    if (in.read() >= 0) {
      throw broken("more than it should");
    }
  }

  private ModelFileException broken(String what) {
    return new ModelFileException("entry " + entry + " holds " + what);
  }
}
