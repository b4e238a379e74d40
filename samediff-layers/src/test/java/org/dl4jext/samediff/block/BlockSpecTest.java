package org.dl4jext.samediff.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class BlockSpecTest {

  @Test
  void hiddenSizeFollowsTheRule() {
    SwiGluSpec spec = SwiGluSpec.standard();
    assertEquals(256, spec.hiddenSize(64)); // 170 rounded up
    assertEquals(512, spec.hiddenSize(192)); // 512 exactly
    assertEquals(768, spec.hiddenSize(193)); // 514
    assertEquals(176, spec.withMultipleOf(16).hiddenSize(64));
    assertEquals(1, spec.withMultipleOf(1).hiddenSize(0));
    assertEquals(100, SwiGluSpec.ofHidden(100).hiddenSize(64));
  }

  @Test
  void badOptionsAreNamed() {
    assertMessage("RmsNormSpec: eps is 0.0", () -> new RmsNormSpec(0, true));
    assertMessage("LayerNormSpec: eps is NaN", () -> new LayerNormSpec(Double.NaN, true, true));
    assertMessage("SwiGluSpec: hiddenSize is -1", () -> new SwiGluSpec(-1, 1));
    assertMessage("SwiGluSpec: hiddenSize is 0", () -> SwiGluSpec.ofHidden(0));
    assertMessage("SwiGluSpec: multipleOf is 0", () -> new SwiGluSpec(0, 0));
    assertMessage("has no component 'epsilon'", () -> RmsNormSpec.standard().with("epsilon", 1));
  }

  private static void assertMessage(String part, Executable call) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    assertTrue(message.contains(part), message);
  }
}
