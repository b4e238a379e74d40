package org.dl4jext.zoo.models;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;

/** The model files in the jar, for use without a cache. */
public final class BundledWeights {

  private BundledWeights() {}

  /** Where a model is on the class path; null if it is not there. */
  static URL url(ZooEntry entry) {
    return BundledWeights.class.getResource(ZooManifest.RESOURCES + entry.file());
  }

  static InputStream open(ZooEntry entry) throws IOException {
    return ZooSource.bundled().open(entry.file(), 0).content();
  }

  /**
   * Loads a model and holds it to the hash of the manifest.
   *
   * @throws ModelFileException if it is another file than that of the manifest
   */
  public static StoredModel load(ZooEntry entry) throws IOException {
    try (InputStream in = open(entry)) {
      StoredModel stored = SafeModels.load(in, entry.file(), Limits.defaults());
      if (!stored.sha256().equals(entry.sha256())) {
        throw new ModelFileException(entry.file() + ": its hash is not that of the manifest");
      }
      return stored;
    }
  }
}
