package org.dl4jext.zoo.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZooManifestTest {

  @TempDir Path folder;

  static ZooEntry entry(String name, String sha256, long bytes) {
    return new ZooEntry(
        name,
        ZooEntry.fileName(name, sha256),
        sha256,
        bytes,
        "org.example.Model",
        "parity",
        Map.of("accuracy", 0.99),
        "recurrent train-zoo " + name,
        Map.of("dl4j", "1.0.0-M2.1"),
        12,
        7);
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    ZooManifest manifest = ZooManifest.of(List.of(entry("parity", "ab".repeat(32), 10)));
    manifest.write(folder);
    try (InputStream in = Files.newInputStream(folder.resolve(ZooManifest.FILE))) {
      assertEquals(manifest, ZooManifest.read(in, "it"));
    }
  }

  @Test
  void aWrongManifestIsRefusedWithTheComponent() throws IOException {
    ZooManifest.of(List.of(entry("parity", "ab".repeat(32), 10))).write(folder);
    String json = Files.readString(folder.resolve(ZooManifest.FILE));
    refused(json.replace("parity-ab", "../parity-ab"), "file");
    refused(json.replace("\"bytes\" : 10", "\"bytes\" : -1"), "bytes");
    refused(json.replace("\"format\" : 1", "\"format\" : 2"), "format");
    refused(json.replace("\"seed\"", "\"sead\""), "sead");
    refused(json.substring(0, json.length() / 2), "it cannot be read");
    ZooEntry twice = entry("parity", "ab".repeat(32), 10);
    assertThrows(IllegalArgumentException.class, () -> ZooManifest.of(List.of(twice, twice)));
  }

  private static void refused(String json, String word) {
    InputStream in = new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8));
    var error = assertThrows(IOException.class, () -> ZooManifest.read(in, "it"));
    assertTrue(error.getMessage().contains(word), error.getMessage());
  }

  @Test
  void aNameThatIsNotThereIsAnsweredWithThoseThatAre() throws IOException {
    ZooManifest manifest = ZooManifest.of(List.of(entry("parity", "ab".repeat(32), 10)));
    var error = assertThrows(IllegalArgumentException.class, () -> manifest.model("nothing"));
    assertTrue(error.getMessage().contains("[parity]"), error.getMessage());
  }
}
