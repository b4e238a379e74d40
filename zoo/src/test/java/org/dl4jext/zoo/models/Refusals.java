package org.dl4jext.zoo.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;

/** What becomes of model files in memory. */
final class Refusals {

  private Refusals() {}

  static StoredModel load(byte[] file) throws IOException {
    return SafeModels.load(new ByteArrayInputStream(file), "it", Limits.defaults());
  }

  static String refusal(byte[] file) {
    String message = assertThrows(ModelFileException.class, () -> load(file)).getMessage();
    assertEquals(1, message.lines().count(), message);
    assertTrue(message.startsWith("it: not a model that can be read: "), message);
    return message;
  }

  static void refused(byte[] file, String word) {
    String message = refusal(file);
    assertTrue(message.contains(word), message);
  }
}
