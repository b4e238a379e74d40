package org.dl4jext.samediff.universal;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Options are valid by construction, and messages name what is wrong. */
class UniversalSpecTest {

  private static void refuses(String option, Map<String, ?> changes) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> UniversalSpec.ofHeads(2).with(changes));
    assertTrue(e.getMessage().contains(option + " is"), e.getMessage());
    assertTrue(e.getMessage().contains("allowed"), e.getMessage());
  }

  @Test
  void badOptionsAreRefused() {
    refuses("heads", Map.of("heads", 0));
    refuses("innerSize", Map.of("innerSize", -1));
    refuses("maxSteps", Map.of("maxSteps", 0));
    refuses("epsilon", Map.of("epsilon", 1.0));
    refuses("haltingBias", Map.of("haltingBias", Double.NaN));
    refuses("ponderWeight", Map.of("ponderWeight", -0.1));
    refuses("layerNormEpsilon", Map.of("layerNormEpsilon", 0.0));
    refuses("randomOffset", Map.of("randomOffset", -1));
    refuses("maxLength", Map.of("maxLength", 0));
    refuses("attentionDropout", Map.of("attentionDropout", 1.0));
    refuses("transitionDropout", Map.of("transitionDropout", -0.1));
    refuses("residualDropout", Map.of("residualDropout", Double.NaN));
  }

  @Test
  void combinationsThatLookAheadOrContradictAreRefused() {
    refuses("halting", Map.of("causal", true, "halting", HaltingScope.GLOBAL));
    refuses("positionIndex", Map.of("causal", true, "positionIndex", PositionIndex.ABSOLUTE));
    refuses("maskHalting", Map.of("maskHalting", false));
    refuses("cacheLimit", Map.of("cacheLimit", CacheLimit.SLIDE));
    refuses(
        "cacheLimit",
        Map.of(
            "causal", true,
            "cacheLimit", CacheLimit.SLIDE,
            "positionTiming", TimingSignal.LEARNED));
  }

  @Test
  void headsDivideTheWidth() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new UniversalLayout(UniversalSpec.ofHeads(4), 6, 6));
    assertTrue(e.getMessage().contains("a divisor of nOut (6)"), e.getMessage());
  }
}
