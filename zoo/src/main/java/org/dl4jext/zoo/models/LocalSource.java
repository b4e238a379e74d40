package org.dl4jext.zoo.models;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;

/** A folder of this machine or of the class path. */
abstract class LocalSource implements ZooSource {

  private final String name;

  LocalSource(String name) {
    this.name = name;
  }

  /** Where a file is, or null. */
  abstract URL find(String file) throws IOException;

  @Override
  public Part open(String file, long offset) throws IOException {
    URL url = find(file);
    try {
      if (url != null) {
        InputStream content = url.openStream();
        content.skipNBytes(offset);
        return new Part(content, offset);
      }
    } catch (FileNotFoundException e) {
      // as below
    }
    throw new SourceException("there is no " + file + " in " + name);
  }

  @Override
  public String toString() {
    return name;
  }
}
