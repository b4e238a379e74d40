package org.dl4jext.zoo.models;

import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** Places with one model. */
public final class ZooPlaces {

  private ZooPlaces() {}

  /** Puts a file with its manifest on a server. */
  public static ZooEntry put(ZooServer server, String name, byte[] content) throws IOException {
    String hash = HexFormat.of().formatHex(Seal.sha256().digest(content));
    ZooEntry entry = ZooManifestTest.entry(name, hash, content.length);
    server.put(entry.file(), content);
    server.put(
        ZooManifest.FILE, new ObjectMapper().writeValueAsBytes(ZooManifest.of(List.of(entry))));
    return entry;
  }
}
