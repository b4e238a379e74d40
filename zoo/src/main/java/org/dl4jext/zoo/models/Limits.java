package org.dl4jext.zoo.models;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What {@link SafeModels} accepts from a model file; sizes in bytes.
 *
 * @param fileBytes size of the file
 * @param entryBytes size of an entry, inflated
 * @param totalBytes size of all entries, inflated
 * @param ratio inflated size of all entries over the size of the file; counts above 32 MiB only,
 *     since the untouched updater state of a small model is all zeros
 * @param entries number of entries
 * @param jsonBytes size of a JSON entry
 * @param jsonDepth nesting of a JSON entry
 * @param jsonObjects objects and arrays in a JSON entry, each of which costs far more than its
 *     bytes
 * @param classes names of layers, vertices and other classes of configurations beside those of DL4J
 *     and of this library
 * @param lenient whether entries and properties that do not belong there are left out and named in
 *     {@link StoredModel#leftOut()}; otherwise they are an error
 */
public record Limits(
    long fileBytes,
    long entryBytes,
    long totalBytes,
    int ratio,
    int entries,
    int jsonBytes,
    int jsonDepth,
    int jsonObjects,
    Set<String> classes,
    boolean lenient) {

  /** Inflated bytes that need no ratio. */
  static final long FREE_BYTES = 32L << 20;

  /** A JVM array holds the file. */
  private static final long MAX_FILE = Integer.MAX_VALUE - 64;

  private static final Limits DEFAULTS =
      new Limits(512L << 20, 1L << 30, 2L << 30, 64, 16, 2 << 20, 64, 1 << 14, Set.of(), false);

  public Limits {
    require("fileBytes", fileBytes, MAX_FILE);
    require("entryBytes", entryBytes, Long.MAX_VALUE);
    require("totalBytes", totalBytes, Long.MAX_VALUE);
    require("ratio", ratio, Integer.MAX_VALUE);
    require("entries", entries, 65_534); // more would need another kind of zip file
    require("jsonBytes", jsonBytes, 1 << 30);
    require("jsonDepth", jsonDepth, 1_000);
    require("jsonObjects", jsonObjects, 1 << 30);
    classes = Set.copyOf(classes);
  }

  private static void require(String component, long value, long largest) {
    if (value < 1 || value > largest) {
      throw new IllegalArgumentException(
          "Limits: " + component + " is " + value + "; allowed: 1 to " + largest);
    }
  }

  /**
   * Files of 512 MiB, entries of 1 GiB, 2 GiB in all, ratio 64, 16 entries, JSON of 2 MiB with
   * 16384 objects and arrays, 64 deep.
   */
  public static Limits defaults() {
    return DEFAULTS;
  }

  /** The same, and configurations may name these classes too. */
  public Limits withClasses(String... names) {
    Set<String> all = new HashSet<>(classes);
    all.addAll(List.of(names));
    return with(all, lenient);
  }

  /** The same, and what does not belong into a file is left out and named. */
  public Limits leavingOut() {
    return with(classes, true);
  }

  private Limits with(Set<String> allowed, boolean leavesOut) {
    return new Limits(
        fileBytes,
        entryBytes,
        totalBytes,
        ratio,
        entries,
        jsonBytes,
        jsonDepth,
        jsonObjects,
        allowed,
        leavesOut);
  }

  /** Bytes that a file may inflate to. */
  long inflated(long fileLength) {
    return Math.min(totalBytes, Math.max(FREE_BYTES, ratio * fileLength));
  }
}
