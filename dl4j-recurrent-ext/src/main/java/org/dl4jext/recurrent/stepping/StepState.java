package org.dl4jext.recurrent.stepping;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.zip.CRC32;
import org.dl4jext.samediff.TensorShape;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * States of a stepper as bytes: magic number, version, data type, streams, names and shapes of the
 * states, their values, and a checksum of all that.
 */
final class StepState {

  private static final int MAGIC = 0x444c5354;
  private static final int VERSION = 1;
  private static final int CHECKSUM_BYTES = Long.BYTES;
  private static final long MAX_FILE_BYTES = 1L << 30;

  private StepState() {}

  static byte[] encode(
      DataType dataType, int streams, List<TensorShape> shapes, double[][] values) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(MAGIC);
      out.writeInt(VERSION);
      out.writeUTF(header(dataType, streams, shapes));
      for (double[] state : values) {
        for (double value : state) {
          if (dataType == DataType.FLOAT) {
            out.writeFloat((float) value);
          } else {
            out.writeDouble(value);
          }
        }
      }
      out.writeLong(checksum(bytes.toByteArray(), bytes.size()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static double[][] decode(byte[] bytes, DataType dataType, int streams, List<TensorShape> shapes) {
    int content = bytes.length - CHECKSUM_BYTES;
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      if (content < 2 * Integer.BYTES || in.readInt() != MAGIC) {
        throw new IllegalArgumentException("not the state of a Stepper");
      }
      int version = in.readInt();
      if (version != VERSION) {
        throw new IllegalArgumentException(
            "state of a Stepper: version is " + version + "; allowed: " + VERSION);
      }
      if (storedChecksum(bytes, content) != checksum(bytes, content)) {
        throw new IllegalArgumentException("state of a Stepper: damaged (checksum differs)");
      }
      String expected = header(dataType, streams, shapes);
      String header = in.readUTF();
      if (!header.equals(expected)) {
        throw new IllegalArgumentException(
            "state of a Stepper: it holds " + header + "; allowed: " + expected);
      }
      double[][] values = new double[shapes.size()][];
      for (int i = 0; i < values.length; i++) {
        values[i] = new double[Math.toIntExact(streams * shapes.get(i).length())];
        for (int j = 0; j < values[i].length; j++) {
          values[i][j] = dataType == DataType.FLOAT ? in.readFloat() : in.readDouble();
        }
      }
      return values;
    } catch (IOException e) {
      throw new IllegalArgumentException("state of a Stepper: too short", e);
    }
  }

  private static String header(DataType dataType, int streams, List<TensorShape> shapes) {
    StringBuilder text = new StringBuilder(dataType + " x " + streams + " streams:");
    shapes.forEach(s -> text.append(' ').append(s.name()).append(s.shape()));
    return text.toString();
  }

  private static long checksum(byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    return crc.getValue();
  }

  private static long storedChecksum(byte[] bytes, int from) {
    long value = 0;
    for (int i = from; i < from + CHECKSUM_BYTES; i++) {
      value = (value << Byte.SIZE) | (bytes[i] & 0xff);
    }
    return value;
  }

  static void write(Path file, byte[] bytes) throws IOException {
    Path target = file.toAbsolutePath();
    Path temporary = Files.createTempFile(target.getParent(), target.getFileName() + ".", ".tmp");
    try {
      Files.write(temporary, bytes);
      try {
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  static byte[] read(Path file) throws IOException {
    if (Files.size(file) > MAX_FILE_BYTES) {
      throw new IllegalArgumentException(
          file + ": " + Files.size(file) + " bytes; allowed: " + MAX_FILE_BYTES);
    }
    return Files.readAllBytes(file);
  }
}
