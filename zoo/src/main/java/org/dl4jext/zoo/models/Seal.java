package org.dl4jext.zoo.models;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The comment at the end of the zip files that {@link SafeModels} writes: the SHA-256 of every byte
 * before the hash.
 */
final class Seal {

  private static final String MARK = "dl4jext model file, SHA-256 of all before: ";
  private static final int HASH_LENGTH = 64;

  private Seal() {}

  /** The comment for a file that is not finished. */
  static String open() {
    return MARK + "0".repeat(HASH_LENGTH);
  }

  /** Writes the hash into a file whose comment is {@link #open()}. */
  static void close(Path file) throws IOException {
    long end = Files.size(file) - HASH_LENGTH;
    MessageDigest digest = sha256();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[1 << 16];
      long left = end;
      while (left > 0) {
        int read = in.readNBytes(buffer, 0, (int) Math.min(left, buffer.length));
        digest.update(buffer, 0, read);
        left -= read;
      }
    }
    byte[] hash = HexFormat.of().formatHex(digest.digest()).getBytes(StandardCharsets.US_ASCII);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(hash), end);
      channel.force(true);
    }
  }

  /**
   * Whether the file ends with a seal.
   *
   * @throws ModelFileException if it does, and the hash is not that of the bytes before
   */
  static boolean check(byte[] file) throws ModelFileException {
    byte[] mark = MARK.getBytes(StandardCharsets.US_ASCII);
    int end = file.length - HASH_LENGTH;
    int start = end - mark.length;
    if (start < 0 || !Arrays.equals(file, start, end, mark, 0, mark.length)) {
      return false;
    }
    MessageDigest digest = sha256();
    digest.update(file, 0, end);
    byte[] hash = HexFormat.of().formatHex(digest.digest()).getBytes(StandardCharsets.US_ASCII);
    if (!Arrays.equals(hash, Arrays.copyOfRange(file, end, file.length))) {
      throw new ModelFileException("its hash does not match: the file is damaged or was changed");
    }
    return true;
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
