package org.dl4jext.zoo.stream;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.dl4jext.zoo.files.WholeFiles;

/**
 * A file with the state of a stream: a magic number, the hash of the model, the state, and a
 * checksum of all that.
 */
public final class StreamFile {

  private static final int MAGIC = 0x444c5a31;
  private static final long MAX_BYTES = 256L << 20;

  private final Path file;
  private final String model;

  /**
   * The file of a stream.
   *
   * @param model SHA-256 of the model that the state belongs to
   */
  public StreamFile(Path file, String model) {
    this.file = file;
    this.model = model;
  }

  /** Writes the state of a stream; the old one stays until the new one is complete. */
  public void write(ModelStream stream) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(MAGIC);
    out.writeUTF(model);
    stream.write(out);
    out.writeLong(checksum(bytes.toByteArray(), bytes.size()));
    try (WholeFiles files = new WholeFiles()) {
      Files.write(files.temporaryFor(file), bytes.toByteArray());
      files.publish();
    }
  }

  /**
   * Gives the state to a stream.
   *
   * @throws IOException if the file holds no state of this model, with what is wrong
   */
  public void read(ModelStream stream) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException(file + " has more than " + MAX_BYTES + " bytes");
    }
    byte[] bytes = Files.readAllBytes(file);
    int content = bytes.length - Long.BYTES;
    if (content < 0
        || ByteBuffer.wrap(bytes, content, Long.BYTES).getLong() != checksum(bytes, content)) {
      throw new IOException(file + " is no state of a stream, or damaged");
    }
    byte[] whole = Arrays.copyOf(bytes, content);
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(whole))) {
      if (in.readInt() != MAGIC) {
        throw new IOException(file + " is no state of a stream");
      }
      if (!in.readUTF().equals(model)) {
        throw new IOException(file + " is the state of another model");
      }
      stream.read(in);
    }
  }

  private static long checksum(byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    return crc.getValue();
  }
}
