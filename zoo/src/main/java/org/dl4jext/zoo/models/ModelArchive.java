package org.dl4jext.zoo.models;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * The zip file of a model, in memory. Each entry is inflated once to measure it and check its CRC
 * before any is used; entries are found from front to back, so that no directory can show others.
 */
final class ModelArchive {

  private static final int END = 0x06054b50;
  private static final int END_LENGTH = 22;
  private static final int MAX_COMMENT = 0xFFFF;
  private static final int MAX_SHOWN = 80;

  private final byte[] bytes;
  private final Limits limits;
  private final Map<String, Long> sizes = new LinkedHashMap<>();
  private long inflated;

  ModelArchive(byte[] bytes, Limits limits) throws IOException {
    this.bytes = bytes;
    this.limits = limits;
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        add(requirePlain(entry.getName()), zip);
      }
    }
    if (sizes.isEmpty()) {
      throw new ModelFileException("no zip file");
    }
    requireEnd();
  }

  /** Names of the entries, in their order. */
  Set<String> names() {
    return Collections.unmodifiableSet(sizes.keySet());
  }

  /** Inflated bytes of an entry that is there. */
  long size(String name) {
    return sizes.get(name);
  }

  private void add(String name, InputStream entry) throws IOException {
    if (sizes.size() == limits.entries()) {
      throw new ModelFileException("more than " + limits.entries() + " entries");
    }
    if (sizes.containsKey(name)) {
      throw new ModelFileException("entry " + shown(name) + " is there twice");
    }
    long allowed = limits.inflated(bytes.length);
    byte[] buffer = new byte[1 << 16];
    long size = 0;
    for (int read = entry.read(buffer); read >= 0; read = entry.read(buffer)) {
      size += read;
      inflated += read;
      if (size > limits.entryBytes() || inflated > allowed) {
        throw new ModelFileException(
            "entry "
                + shown(name)
                + " inflates to more than "
                + Math.min(limits.entryBytes(), allowed)
                + " bytes");
      }
    }
    sizes.put(name, size);
  }

  /** Names that mean another place in some file system. */
  private static String requirePlain(String name) throws ModelFileException {
    boolean plain =
        !name.isEmpty()
            && name.chars().allMatch(c -> c > ' ' && c < 127 && c != '\\' && c != ':')
            && !name.startsWith("/")
            && !List.of(name.split("/", -1)).contains("..");
    if (!plain) {
      throw new ModelFileException("the name of entry " + shown(name) + " is not allowed");
    }
    return name;
  }

  /** A file that was cut or has something after its end is no zip file for us. */
  private void requireEnd() throws ModelFileException {
    int last = bytes.length - END_LENGTH;
    for (int start = last; start >= Math.max(0, last - MAX_COMMENT); start--) {
      if (number(start, 4) == END && number(start + 20, 2) == last - start) {
        if (number(start + 10, 2) != sizes.size()
            || number(start + 12, 4) + number(start + 16, 4) != start) {
          throw new ModelFileException("the directory of the zip file does not fit its entries");
        }
        return;
      }
    }
    throw new ModelFileException("the end of the zip file is missing");
  }

  /** Unsigned, the lowest byte first. */
  private long number(int position, int length) {
    long value = 0;
    for (int i = length - 1; i >= 0; i--) {
      value = (value << 8) | (bytes[position + i] & 0xFF);
    }
    return value;
  }

  /** A JSON entry, looked through. */
  JsonEntry json(String name) throws IOException {
    try (InputStream in = open(name)) {
      byte[] content = in.readNBytes(limits.jsonBytes() + 1);
      if (content.length > limits.jsonBytes()) {
        throw new ModelFileException(
            "entry " + name + " is larger than " + limits.jsonBytes() + " bytes");
      }
      return JsonEntry.of(name, content, limits);
    }
  }

  /** The inflated bytes of an entry that is there. */
  InputStream open(String name) throws IOException {
    ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes));
    for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
      if (entry.getName().equals(name)) {
        return zip;
      }
    }
    throw new ModelFileException("there is no entry " + name);
  }

  /** Text of a file, fit for one line of a message. */
  static String shown(String text) {
    String printable = text.replaceAll("[^ -~]", "?");
    return "'"
        + (printable.length() > MAX_SHOWN ? printable.substring(0, MAX_SHOWN) + "..." : printable)
        + "'";
  }
}
