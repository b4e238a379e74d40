package org.dl4jext.zoo.models;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** Zip files in memory. */
final class Zips {

  private Zips() {}

  static Map<String, byte[]> entries(byte[] zip) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        entries.put(entry.getName(), in.readAllBytes());
      }
    }
    return entries;
  }

  static byte[] of(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(entry.getValue());
      }
    }
    return bytes.toByteArray();
  }

  /** The zip file with one entry more, or another content of one. */
  static byte[] with(byte[] zip, String name, byte[] content) throws IOException {
    Map<String, byte[]> entries = entries(zip);
    entries.put(name, content);
    return of(entries);
  }

  /** The zip file with this many zeros as one more entry. */
  static byte[] withZeros(byte[] zip, String name, int mebibytes) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries(zip).entrySet()) {
        if (!entry.getKey().equals(name)) {
          out.putNextEntry(new ZipEntry(entry.getKey()));
          out.write(entry.getValue());
        }
      }
      out.putNextEntry(new ZipEntry(name));
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < mebibytes; i++) {
        out.write(zeros);
      }
    }
    return bytes.toByteArray();
  }

  /** Other bytes of the same number wherever the first stand: names of entries, say. */
  static byte[] replaced(byte[] zip, String from, String to) {
    // Latin 1 keeps every byte.
    String text = new String(zip, StandardCharsets.ISO_8859_1);
    if (from.length() != to.length() || !text.contains(from)) {
      throw new IllegalArgumentException("cannot replace " + from + " by " + to);
    }
    return text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1);
  }
}
