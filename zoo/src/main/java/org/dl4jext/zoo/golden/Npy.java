package org.dl4jext.zoo.golden;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads NumPy's array format, version 1.0: C order, little endian, float64 or int32, 1 to 7 axes.
 */
final class Npy {

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  private static final int PREAMBLE = MAGIC.length + Short.BYTES;
  private static final int MAX_AXES = 7;

  private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9,\\s]*)\\)");

  private Npy() {}

  /**
   * @throws GoldenFormatException if the file is missing, cut short or of another kind
   */
  static GoldenArray read(Path file) {
    try {
      return parse(Files.readAllBytes(file), file.toString());
    } catch (IOException e) {
      throw new GoldenFormatException("cannot read the array " + file, e);
    }
  }

  static GoldenArray parse(byte[] bytes, String name) {
    if (bytes.length < PREAMBLE || !Arrays.equals(MAGIC, Arrays.copyOf(bytes, MAGIC.length))) {
      throw new GoldenFormatException(name + " is not a .npy file of version 1.0");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int headerLength = Short.toUnsignedInt(buffer.getShort(MAGIC.length));
    if (bytes.length < PREAMBLE + headerLength) {
      throw new GoldenFormatException(name + " ends within its header");
    }
    String header = new String(bytes, PREAMBLE, headerLength, StandardCharsets.ISO_8859_1);
    if (find(ORDER, header, name).equals("True")) {
      throw new GoldenFormatException(name + " is in Fortran order; allowed: C order");
    }
    long[] shape = shape(find(SHAPE, header, name), name);
    buffer.position(PREAMBLE + headerLength);
    return elements(buffer, find(TYPE, header, name), shape, name);
  }

  private static String find(Pattern pattern, String header, String name) {
    Matcher matcher = pattern.matcher(header);
    if (!matcher.find()) {
      throw new GoldenFormatException(
          name + " has a header without " + pattern.pattern().substring(0, 8) + "..: " + header);
    }
    return matcher.group(1);
  }

  private static long[] shape(String text, String name) {
    try {
      long[] shape =
          Arrays.stream(text.split(","))
              .map(String::strip)
              .filter(axis -> !axis.isEmpty())
              .mapToLong(Long::parseLong)
              .toArray();
      if (shape.length < 1 || shape.length > MAX_AXES) {
        throw new GoldenFormatException(
            name + " has " + shape.length + " axes; allowed: 1 to " + MAX_AXES);
      }
      return shape;
    } catch (NumberFormatException e) {
      throw new GoldenFormatException(name + " has the shape (" + text + ")", e);
    }
  }

  private static GoldenArray elements(ByteBuffer buffer, String type, long[] shape, String name) {
    boolean integer = type.equals("<i4");
    if (!integer && !type.equals("<f8")) {
      throw new GoldenFormatException(
          name + " has the data type '" + type + "'; allowed: '<f8' and '<i4'");
    }
    int width = integer ? Integer.BYTES : Double.BYTES;
    long count = 1;
    for (long axis : shape) {
      count = Math.multiplyExact(count, axis);
    }
    if (buffer.remaining() != Math.multiplyExact(count, width)) {
      throw new GoldenFormatException(
          name
              + " holds "
              + buffer.remaining()
              + " bytes of elements; its shape "
              + Arrays.toString(shape)
              + " needs "
              + count * width);
    }
    double[] values = new double[Math.toIntExact(count)];
    for (int i = 0; i < values.length; i++) {
      values[i] = integer ? buffer.getInt() : buffer.getDouble();
    }
    return new GoldenArray(integer, shape, values);
  }
}
