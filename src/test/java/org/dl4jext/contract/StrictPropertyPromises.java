package org.dl4jext.contract;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.junit.jupiter.api.Test;

/** An unknown property is an error that names it. */
interface StrictPropertyPromises extends LayerUnderTest {

  @Test
  default void anUnknownPropertyOfTheLayerIsNamed() {
    MultiLayerConfiguration conf = net(Variant.PLAIN).multiLayer().getLayerWiseConfigurations();
    assertRefused(conf, "\"weightNoise\"", "\"weightNois\"", "weightNois");
  }

  @Test
  default void anUnknownPropertyOfTheSpecIsNamed() {
    MultiLayerConfiguration conf = net(Variant.PLAIN).multiLayer().getLayerWiseConfigurations();
    assertRefused(conf, "\"spec\" : {", "\"spec\" : { \"misspelt\" : 1,", "misspelt");
  }

  private void assertRefused(
      MultiLayerConfiguration conf, String from, String to, String property) {
    String json = conf.toJson();
    String changed = json.replaceFirst(java.util.regex.Pattern.quote(from), to);
    assertNotEquals(json, changed);
    RefusalPromises.assertMessage(
        assertThrows(RuntimeException.class, () -> MultiLayerConfiguration.fromJson(changed)),
        property);
    String yaml = conf.toYaml();
    String name = from.replaceAll("[^A-Za-z]", "");
    String broken =
        yaml.replaceFirst("(?m)^( *)" + name + ":", "$1" + property + ": 1\n$1" + name + ":");
    if (name.equals("spec")) {
      broken = yaml.replaceFirst("(?m)^( *)spec:", "$1spec:\n$1  " + property + ": 1");
    }
    String text = broken;
    assertNotEquals(yaml, text);
    RefusalPromises.assertMessage(
        assertThrows(RuntimeException.class, () -> MultiLayerConfiguration.fromYaml(text)),
        property);
  }
}
