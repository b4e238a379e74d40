package org.dl4jext.contract;

import static org.junit.jupiter.api.Assertions.assertThrows;

import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** DL4J's LSTM under the same tests: it passes what a stock layer can, and fails what it cannot. */
class LstmControlTest {

  private static BaseRecurrentLayer.Builder<?> lstm() {
    return new LSTM.Builder().nOut(LayerUnderTest.WIDTH);
  }

  /** The tests are right: a layer known to be good passes. */
  @Nested
  class Passes
      implements GradientPromises,
          CausalityPromises,
          ConfigurationPromises,
          PersistencePromises,
          NetworkPromises,
          TrainingPromises {

    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return lstm();
    }
  }

  /** The tests can fail: where the stock layer is known to be wrong, they say so. */
  @Nested
  class Fails implements LayerUnderTest {

    private final SteppingPromises stepping = LstmControlTest::lstm;
    private final MaskPromises masks = LstmControlTest::lstm;
    private final StrictPropertyPromises properties = LstmControlTest::lstm;

    @Override
    public BaseRecurrentLayer.Builder<?> builder() {
      return lstm();
    }

    @Test
    void truncatedGradientsStartFromZeroState() {
      assertThrows(AssertionError.class, stepping::truncatedGradientsAreExactWithinASegment);
    }

    @Test
    void maskedStepsAreSeen() {
      assertThrows(AssertionError.class, () -> masks.maskedStepsCannotBeSeen(Variant.PLAIN));
      assertThrows(AssertionError.class, masks::poisonAtMaskedStepsReachesNoGradient);
      assertThrows(
          AssertionError.class, masks::aMaskedSequenceEqualsTheSequenceWithoutItsMaskedSteps);
    }

    @Test
    void misspeltPropertiesPass() {
      assertThrows(AssertionError.class, properties::anUnknownPropertyOfTheLayerIsNamed);
    }
  }
}
